package io.vibee.operator;

import io.vibee.cluster.Entities;
import io.vibee.persistence.read.ChatRow;
import io.vibee.persistence.read.MessageRow;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.read.WaitingDraft;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What an owner has in the cluster, for the owner's chat with the operator's bot: everything is looked up under its owner. */
final class OwnersThings {

    /** That can be set with one tap: a sniper needs words. */
    static final List<ChatMode> MODES =
            List.of(ChatMode.DIGITAL_TWIN, ChatMode.DRAFT, ChatMode.OBSERVE, ChatMode.DISABLED);

    private static final Duration ASK = Duration.ofSeconds(5);
    private static final int MOST_SHOWN = 10;
    private static final int MOST_EXPLAINED = 30;
    private static final int MOST_SESSIONS = 100;
    private static final int LONGEST_TITLE = 40;

    private final Entities entities;
    private final SessionRows sessions;
    private final ReadChats chats;
    private final ReadMessages messages;
    private final ReadDrafts drafts;
    private final Scheduler scheduler;

    OwnersThings(
            Entities entities,
            SessionRows sessions,
            ReadChats chats,
            ReadMessages messages,
            ReadDrafts drafts,
            Scheduler scheduler) {
        this.entities = entities;
        this.sessions = sessions;
        this.chats = chats;
        this.messages = messages;
        this.drafts = drafts;
        this.scheduler = scheduler;
    }

    /** A mode that can be set with one tap, by its name. */
    static Optional<ChatMode> mode(String name) {
        return MODES.stream()
                .filter(mode -> mode.name().equalsIgnoreCase(name.strip()))
                .findFirst();
    }

    /** A chat's title, as much as fits on a button. */
    static String title(@Nullable String title) {
        String known = title == null || title.isBlank() ? "…" : title.strip();
        return known.codePointCount(0, known.length()) <= LONGEST_TITLE
                ? known
                : known.substring(0, known.offsetByCodePoints(0, LONGEST_TITLE)) + "…";
    }

    <T> CompletionStage<T> ask(String chatId, Function<ActorRef<StatusReply<T>>, ChatCommand> question) {
        return AskPattern.askWithStatus(entities.chat(chatId), question::apply, ASK, scheduler);
    }

    CompletionStage<ChatView> chat(String owner, String chatId) {
        return ask(chatId, replyTo -> new ChatCommand.GetChat(owner, replyTo));
    }

    /** Whether a chat's session sends what is approved now. */
    CompletionStage<Boolean> sends(String owner, String chatId) {
        return chat(owner, chatId)
                .thenCompose(chat -> AskPattern.<SessionCommand, SessionView>askWithStatus(
                        entities.session(chat.sessionId()),
                        replyTo -> new SessionCommand.GetSession(owner, replyTo),
                        ASK,
                        scheduler))
                .thenApply(session -> session.status().sends());
    }

    /** Sets a chat's mode and leaves all else as it is. */
    CompletionStage<ChatView> inMode(String owner, String chatId, ChatMode mode) {
        return ask(chatId, replyTo -> new ChatCommand.ChangeMode(owner, mode, replyTo));
    }

    CompletionStage<List<ChatRow>> latestChats(String owner) {
        return chats.latest(owner, MOST_SHOWN);
    }

    /** A chat's newest messages, the newest first. */
    CompletionStage<List<MessageRow>> newest(String owner, String chatId) {
        return messages.page(owner, chatId, Long.MAX_VALUE, MOST_EXPLAINED);
    }

    CompletionStage<AccountView> settings(String owner) {
        return AskPattern.askWithStatus(entities.account(owner), AccountCommand.GetSettings::new, ASK, scheduler);
    }

    /** Sets who the model answers as; null: nobody in particular. */
    CompletionStage<AccountView> persona(String owner, @Nullable String persona) {
        return settings(owner)
                .thenCompose(now -> AskPattern.askWithStatus(
                        entities.account(owner),
                        replyTo -> new AccountCommand.ChangeSettings(
                                new AccountView(
                                        persona,
                                        now.language(),
                                        now.timezone(),
                                        now.quietHours(),
                                        now.availability(),
                                        now.notice()),
                                replyTo),
                        ASK,
                        scheduler));
    }

    CompletionStage<List<WaitingDraft>> drafts(String owner) {
        return drafts.page(owner, null, null, MOST_SHOWN).thenApply(page -> page.items());
    }

    /** Answers nobody any more; what was paused already stays so. */
    CompletionStage<List<SessionView>> pauseAll(String owner) {
        return all(owner, row -> replyTo -> new SessionCommand.Pause(owner, replyTo));
    }

    CompletionStage<List<SessionView>> resumeAll(String owner) {
        return all(owner, row -> replyTo -> new SessionCommand.Resume(owner, replyTo));
    }

    /** Sets the mode of new chats in all of an owner's sessions; false when there are none. */
    CompletionStage<Boolean> newChats(String owner, ChatMode mode) {
        return all(owner, row -> replyTo -> new SessionCommand.ChangeDefaultMode(owner, mode, replyTo))
                .thenApply(views -> !views.isEmpty());
    }

    /** Sets whether somebody new waits for the owner's decision, in all sessions; false when there are none. */
    CompletionStage<Boolean> review(String owner, boolean review) {
        return all(owner, row -> replyTo -> new SessionCommand.ChangeReview(owner, review, replyTo))
                .thenApply(views -> !views.isEmpty());
    }

    CompletionStage<String> status(String owner, DeskTexts texts) {
        return all(owner, row -> replyTo -> new SessionCommand.GetSession(owner, replyTo))
                .thenCombine(drafts.page(owner, null, null, MOST_SESSIONS), (views, waiting) -> {
                    List<String> lines = new ArrayList<>();
                    views.forEach(view -> lines.add(texts.say(
                            "status.line",
                            view.bot().username(),
                            view.kind().name().toLowerCase(Locale.ROOT),
                            view.status().wireName(),
                            texts.say(DeskCommands.modeKey(view.defaultMode())))));
                    if (lines.isEmpty()) {
                        lines.add(texts.say("status.none"));
                    }
                    lines.add(texts.say("status.drafts", waiting.items().size()));
                    return String.join("\n", lines);
                });
    }

    CompletionStage<String> usage(String owner, DeskTexts texts) {
        return AskPattern.<AccountCommand, UsageView>askWithStatus(
                        entities.account(owner), AccountCommand.GetUsage::new, ASK, scheduler)
                .thenApply(usage -> {
                    Integer limit = usage.callsLimit();
                    String of = limit == null ? "" : texts.say("usage.of", limit);
                    String cost = usage.costMicroUsd() == 0
                            ? ""
                            : texts.say(
                                    "usage.cost",
                                    BigDecimal.valueOf(usage.costMicroUsd(), 6)
                                            .stripTrailingZeros()
                                            .toPlainString());
                    return texts.say("usage", usage.calls(), of + cost);
                });
    }

    /** Asks all sessions of an owner; one that refuses, as a revoked one does, is left out. */
    private CompletionStage<List<SessionView>> all(
            String owner, Function<SessionRow, Function<ActorRef<StatusReply<SessionView>>, SessionCommand>> question) {
        return sessions.list(owner, null, MOST_SESSIONS).thenCompose(page -> {
            List<CompletableFuture<Optional<SessionView>>> asked = page.items().stream()
                    .map(row -> AskPattern.<SessionCommand, SessionView>askWithStatus(
                                    entities.session(row.id()), question.apply(row)::apply, ASK, scheduler)
                            .thenApply(Optional::of)
                            .exceptionallyCompose(failure -> Refusal.in(failure).isPresent()
                                    ? CompletableFuture.completedStage(Optional.<SessionView>empty())
                                    : CompletableFuture.failedStage(failure))
                            .toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done ->
                            asked.stream().flatMap(view -> view.join().stream()).toList());
        });
    }
}
