package io.vibee.reply;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model gets: our instructions, and apart from them what people wrote, oldest first. {@link #toString()} shows neither, since they
 * are a person's words.
 */
public record Prompt(String system, List<Turn> turns) {

    /** What the chat format adds to each message, and for the answer that follows, by OpenAI's cookbook. */
    private static final int TOKENS_PER_MESSAGE = 3;

    private static final int TOKENS_PER_ANSWER = 3;

    public Prompt {
        turns = List.copyOf(turns);
        if (turns.isEmpty() || turns.getLast().role() != Role.USER) {
            throw new IllegalArgumentException("turns: the last is not a person's (expected: the message to answer)");
        }
    }

    /** Who speaks: other people, or the one for whom the model answers. */
    public enum Role {
        USER,
        ASSISTANT
    }

    /**
     * One message of the conversation.
     *
     * @param name the sender, where several people write (in a group), else null
     * @param ours whether it is a note of ours, which nobody sent
     */
    public record Turn(Role role, @Nullable String name, String text, boolean ours) {

        /** What somebody said. */
        public Turn(Role role, @Nullable String name, String text) {
            this(role, name, text, false);
        }

        /** A note that tells a model about the conversation. {@link Notation} has the form of its quotes. */
        static Turn note(String text) {
            return new Turn(Role.USER, null, text, true);
        }

        /** The turn's text as it stands among others. The person for whom the model answers needs no name: the role tells. */
        String words() {
            return ours || role == Role.ASSISTANT ? text : Notation.said(name, text);
        }

        @Override
        public String toString() {
            return "Turn[" + role + ", " + text.length() + " chars]";
        }
    }

    /** Neighbouring turns of one role, joined, as many models' chat templates demand. */
    record Message(Role role, String content) {
        @Override
        public String toString() {
            return "Message[" + role + ", " + content.length() + " chars]";
        }
    }

    /**
     * The turns as a model gets them. People speak first and last, and the two roles alternate. The last ends with the message to answer,
     * unchanged.
     */
    List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        if (turns.getFirst().role() == Role.ASSISTANT) {
            messages.add(new Message(Role.USER, Notation.BEGAN_EARLIER));
        }
        List<String> lines = new ArrayList<>();
        Turn last = turns.getLast();
        for (int i = 0; i < turns.size() - 1; i++) {
            Turn turn = turns.get(i);
            lines.add(turn.words());
            if (turns.get(i + 1).role() != turn.role()) {
                messages.add(new Message(turn.role(), String.join("\n", lines)));
                lines.clear();
            }
        }
        if (!last.ours() && !(lines.isEmpty() && Notation.isPlain(last.name(), last.text()))) {
            lines.add(Notation.announced(last.name()));
            lines.add(last.text());
        } else {
            lines.add(last.name() == null ? last.text() : last.name() + ": " + last.text());
        }
        messages.add(new Message(Role.USER, String.join("\n", lines)));
        return messages;
    }

    /** Whether we have said nothing before. Only such a prompt may come again. */
    boolean opens() {
        return turns.stream().noneMatch(turn -> turn.role() == Role.ASSISTANT);
    }

    /** The tokens that a model reads, by {@link TokenCount}. */
    public long tokens() {
        long tokens = (long) TokenCount.count(system) + TOKENS_PER_MESSAGE + TOKENS_PER_ANSWER;
        for (Message message : messages()) {
            tokens += TokenCount.count(message.content()) + TOKENS_PER_MESSAGE;
        }
        return tokens;
    }

    /** The same with one more line of instructions. */
    Prompt withInstruction(String line) {
        return new Prompt(system + "\n\n" + line, turns);
    }

    /** Half of it: without the older turns. A single turn loses the first half of its text. */
    Prompt shortened() {
        if (turns.size() > 1) {
            return new Prompt(system, turns.subList(turns.size() / 2, turns.size()));
        }
        Turn only = turns.getFirst();
        String half = Notation.cut(only.text(), only.text().length() / 2);
        return new Prompt(system, List.of(new Turn(only.role(), only.name(), half, only.ours())));
    }

    @Override
    public String toString() {
        return "Prompt[system " + system.length() + " chars, " + turns.size() + " turns]";
    }
}
