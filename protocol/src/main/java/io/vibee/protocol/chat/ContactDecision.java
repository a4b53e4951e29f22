package io.vibee.protocol.chat;

/** What an owner decides about somebody new. */
public enum ContactDecision {
    /** They are answered. */
    ALLOW(Contact.ALLOWED, ChatMode.DIGITAL_TWIN),
    /** Each answer needs the owner's leave. */
    DRAFT(Contact.ALLOWED, ChatMode.DRAFT),
    /** What they write is kept and not answered. */
    OBSERVE(Contact.ALLOWED, ChatMode.OBSERVE),
    BLOCK(Contact.BLOCKED, ChatMode.DISABLED);

    private final Contact contact;
    private final ChatMode mode;

    ContactDecision(Contact contact, ChatMode mode) {
        this.contact = contact;
        this.mode = mode;
    }

    public Contact contact() {
        return contact;
    }

    public ChatMode mode() {
        return mode;
    }
}
