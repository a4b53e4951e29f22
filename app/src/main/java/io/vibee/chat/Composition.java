package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.Quote;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.stored.EventHead;
import io.vibee.reply.LanguageGuess;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import io.vibee.telegram.FormattedText;
import io.vibee.telegram.MarkdownReader;
import io.vibee.telegram.MessageSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the request for an answer from what a chat remembers, and a draft or events from the engine's outcome; pure. */
final class Composition {

    private final String chatId;
    private final TextCipher key;
    private final PromptAssembly prompts;
    private final PredefinedAnswers predefined;

    Composition(String chatId, TextCipher key, PromptAssembly prompts, PredefinedAnswers predefined) {
        this.chatId = chatId;
        this.key = key;
        this.prompts = prompts;
        this.predefined = predefined;
    }

    /** The request for a pending message, empty when its text can't be read any more. */
    Optional<ReplyRequest> request(
            ChatState state,
            Profile profile,
            Pending pending,
            GrantReply.Granted granted,
            Conversation conversation,
            List<Said> relevant) {
        return key.open(pending.text()).map(text -> {
            // Whoever asks the same of such a chat is asked for the same: nothing tells who it was, or what went
            // before.
            boolean stateless = profile.settings().stateless();
            String language = language(text, pending, granted.language());
            Prompt prompt = prompts.assemble(
                    new PromptAssembly.Owner("", orEmpty(granted.persona()), orEmpty(granted.language())),
                    new PromptAssembly.ChatDescription(
                            isPrivate(profile) || stateless
                                    ? PromptAssembly.ChatDescription.Kind.PRIVATE
                                    : PromptAssembly.ChatDescription.Kind.GROUP,
                            stateless ? "" : open(profile.title())),
                    stateless ? PromptAssembly.Memory.NONE : memory(state, pending, relevant),
                    conversation.said(),
                    new Said(
                            false,
                            stateless || isPrivate(profile)
                                    ? ""
                                    : open(pending.sender().name()),
                            text,
                            quoted(pending.quote(), !stateless),
                            pending.text().tokens()));
            return new ReplyRequest(
                    profile.owner(),
                    chatId,
                    profile.keyId(),
                    pending.messageId(),
                    prompt,
                    language,
                    granted.paid(),
                    ReplyRequest.Purpose.REPLY,
                    Set.copyOf(profile.settings().forbid()),
                    false);
        });
    }

    /** What an outcome means: a draft to send, or events that end it. */
    sealed interface Result {
        record Answer(Draft draft) implements Result {}

        record Ended(List<ChatEvent> events) implements Result {}
    }

    /** The draft of an answer; none when a person would see nothing of it. What was kept of earlier answers may be empty. */
    Optional<Draft> draft(Pending pending, ReplyOutcome.Answered answered) {
        List<FormattedText> parts = formatted(answered.text());
        ReplyOutcome.Usage usage = answered.usage();
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(draft(
                        pending,
                        parts,
                        new DraftOrigin.Model(
                                answered.provider(),
                                answered.model(),
                                usage.promptTokens(),
                                usage.completionTokens(),
                                answered.cached(),
                                answered.cut())));
    }

    Result result(
            Pending pending,
            ReplyOutcome.Failed failed,
            ChatSettings settings,
            @Nullable String ownersLanguage,
            EventHead head) {
        return switch (settings.withoutAnswer()) {
            case PREDEFINED ->
                new Result.Answer(draft(
                        pending,
                        MessageSplitter.split(FormattedText.plain(predefined(pending, ownersLanguage))),
                        new DraftOrigin.Predefined(failed.cause())));
            case SILENCE ->
                new Result.Ended(List.of(
                        pending.retried()
                                ? deadLetter(pending, failed, head)
                                : new NotAnswered(head, pending.messageId(), NotAnsweredReason.FAILED_SILENTLY)));
            case DEAD_LETTER -> new Result.Ended(List.of(deadLetter(pending, failed, head)));
        };
    }

    /** A ready text where a message was written that gets no answer. */
    ReplyDrafted notice(ChatState state, Pending pending, NotAnsweredReason reason, String text, EventHead head) {
        return new ReplyDrafted(
                head,
                state.nextDraftId(),
                null,
                MessageSplitter.split(text).stream()
                        .map(part -> CountedText.seal(key, part))
                        .toList(),
                pending.messageThreadId(),
                new DraftOrigin.Notice(reason),
                null,
                Map.of());
    }

    /** The ready sentence in the language of a message. */
    String predefined(Pending pending, @Nullable String ownersLanguage) {
        String text = key.open(pending.text()).orElse("");
        return predefined.in(language(text, pending, ownersLanguage));
    }

    private static DeadLettered deadLetter(Pending pending, ReplyOutcome.Failed failed, EventHead head) {
        return new DeadLettered(head, pending.messageId(), null, failed.cause(), failed.tries());
    }

    /** A model's answer is Markdown. One of nothing but its marks is sent as it is. */
    static List<FormattedText> formatted(String answer) {
        List<FormattedText> parts = MessageSplitter.split(MarkdownReader.read(answer));
        return parts.isEmpty() ? MessageSplitter.split(FormattedText.plain(answer)) : parts;
    }

    private Draft draft(Pending pending, List<FormattedText> parts, DraftOrigin origin) {
        return new Draft(
                pending.messageId(),
                parts.stream().map(part -> CountedText.seal(key, part.text())).toList(),
                SealedFormats.seal(key, parts),
                pending.messageThreadId(),
                origin);
    }

    /** What a message refers to, which is a part of what it says. */
    private @Nullable Said quoted(@Nullable Quote quote, boolean named) {
        return quote == null
                ? null
                : key.open(quote.text())
                        .map(text -> new Said(
                                quote.own(),
                                named ? open(quote.author()) : "",
                                text,
                                null,
                                quote.text().tokens()))
                        .orElse(null);
    }

    private PromptAssembly.Memory memory(ChatState state, Pending pending, List<Said> relevant) {
        ChatState.Summary summary = state.summaryOf(pending.topic());
        return summary == null
                ? new PromptAssembly.Memory("", 0, relevant)
                : new PromptAssembly.Memory(open(summary.text()), summary.text().tokens(), relevant);
    }

    /**
     * The conversation of its topic before a message, without what is in the summary. What was sent since then answers what came before,
     * for messages are answered in order; but not for one that was taken up again. A stateless chat has none.
     */
    Conversation conversation(ChatState state, Profile profile, Pending pending) {
        if (profile.settings().stateless()) {
            return new Conversation(state.window(), List.of());
        }
        List<Said> said = new ArrayList<>();
        boolean after = false;
        for (WindowEntry entry : state.unsummarized(pending.topic())) {
            after |= !entry.own() && entry.telegramMessageId() == pending.telegramMessageId();
            if (!after || (entry.own() && !pending.retried())) {
                key.open(entry.text())
                        .ifPresent(text -> said.add(new Said(
                                entry.own(),
                                isPrivate(profile) ? "" : open(entry.name()),
                                text,
                                quoted(entry.quote(), true),
                                entry.text().tokens())));
            }
        }
        return new Conversation(state.window(), said);
    }

    /** There nobody's name stands before their words. */
    private static boolean isPrivate(Profile profile) {
        return profile.type() == ChatType.PRIVATE;
    }

    String language(String text, Pending pending, @Nullable String ownersLanguage) {
        return LanguageGuess.of(text, orEmpty(pending.sender().languageCode()), orEmpty(ownersLanguage));
    }

    private String open(@Nullable Sealed sealed) {
        return sealed == null ? "" : key.open(sealed).orElse("");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
