package io.vibee.http;

import io.vibee.cluster.Entities;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** In the place of the entities: they keep what they are told in memory and answer as entities do, or as a test says. */
final class StandIns {

    final Map<String, SessionView> sessions = new ConcurrentHashMap<>();
    /** What sessions were posted, with the session's id before it. */
    final List<String> taken = new CopyOnWriteArrayList<>();
    /** What becomes of the next posted updates; of all others, that they are kept. */
    final Queue<SessionCommand.Acceptance> acceptances = new ConcurrentLinkedQueue<>();

    final Map<String, String> sessionOwners = new ConcurrentHashMap<>();
    private final Map<String, Sealed> tokens = new ConcurrentHashMap<>();
    final Map<String, ChatView> chats = new ConcurrentHashMap<>();
    final Map<String, String> chatOwners = new ConcurrentHashMap<>();
    final Map<String, String> sentByKey = new ConcurrentHashMap<>();
    final Map<String, AccountView> accounts = new ConcurrentHashMap<>();
    final Map<String, UsageView> usage = new ConcurrentHashMap<>();

    /** Dead letters of chats, by their ids within the chat. */
    final Map<String, Set<String>> deadLetters = new ConcurrentHashMap<>();

    /** Sign-ins that were ended. */
    final Set<String> endedFamilies = ConcurrentHashMap.newKeySet();

    volatile Admission admission = new Admission.Admitted();
    /** The refusal of whatever is asked next of a session or chat, or null. */
    volatile @Nullable Refusal refusal;
    /** Whether entities answer at all. */
    volatile boolean reachable = true;

    private final ActorRef<GateCommand> gate;
    private final ActorTestKit kit;
    private final Map<String, ActorRef<AccountCommand>> accountActors = new ConcurrentHashMap<>();
    private final Map<String, ActorRef<SessionCommand>> sessionActors = new ConcurrentHashMap<>();
    private final Map<String, ActorRef<ChatCommand>> chatActors = new ConcurrentHashMap<>();

    StandIns(ActorTestKit kit) {
        this.kit = kit;
        this.gate = kit.spawn(gateBehavior());
    }

    Entities entities() {
        return new Entities(
                id -> sessionActors.computeIfAbsent(id, key -> kit.spawn(sessionBehavior(key))),
                id -> chatActors.computeIfAbsent(id, key -> kit.spawn(chatBehavior(key))),
                id -> accountActors.computeIfAbsent(id, key -> kit.spawn(accountBehavior(key))),
                id -> gate);
    }

    /** A chat that its owner can see. */
    ChatView chat(String owner, String id, String sessionId) {
        ChatView view = new ChatView(
                id,
                sessionId,
                42,
                "Ann",
                ChatType.PRIVATE,
                0,
                Instant.parse("2026-01-02T03:04:05Z"),
                new ChatView.Config(
                        ChatMode.OBSERVE,
                        List.of(),
                        1.0,
                        OnFailure.PREDEFINED,
                        WhenInDoubt.RESEND,
                        List.of(),
                        false,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED),
                false,
                0,
                List.of(),
                0,
                null);
        chats.put(id, view);
        chatOwners.put(id, owner);
        return view;
    }

    private Behavior<GateCommand> gateBehavior() {
        return Behaviors.receiveMessage(command -> {
            if (reachable) {
                switch (command) {
                    case GateCommand.Admit admit ->
                        admit.replyTo()
                                .tell(
                                        endedFamilies.contains(String.valueOf(admit.family()))
                                                ? new Admission.Refused()
                                                : admission);
                    case GateCommand.EndFamily end -> {
                        endedFamilies.add(end.family());
                        end.replyTo().tell(Done.getInstance());
                    }
                    case GateCommand.Reload reload -> reload.replyTo().tell(Done.getInstance());
                    default -> throw new AssertionError("not asked by HTTP: " + command);
                }
            }
            return Behaviors.same();
        });
    }

    private Behavior<AccountCommand> accountBehavior(String id) {
        return Behaviors.receiveMessage(command -> {
            if (!reachable) {
                return Behaviors.same();
            }
            switch (command) {
                case AccountCommand.Open open -> {
                    accounts.putIfAbsent(id, new AccountView(null, null, "UTC", null, Availability.ALWAYS, null));
                    open.replyTo().tell(StatusReply.success(Done.getInstance()));
                }
                case AccountCommand.GetSettings get ->
                    get.replyTo()
                            .tell(Optional.ofNullable(accounts.get(id))
                                    .map(StatusReply::success)
                                    .orElseGet(() -> Refusal.ACCOUNT_NOT_FOUND.reply()));
                case AccountCommand.GetUsage get ->
                    get.replyTo()
                            .tell(Optional.ofNullable(usage.get(id))
                                    .map(StatusReply::success)
                                    .orElseGet(() -> Refusal.ACCOUNT_NOT_FOUND.reply()));
                case AccountCommand.Erase erase -> {
                    accounts.remove(id);
                    erase.replyTo().tell(StatusReply.ack());
                }
                case AccountCommand.ChangeSettings change -> {
                    accounts.put(id, change.settings());
                    change.replyTo().tell(StatusReply.success(change.settings()));
                }
                default -> throw new AssertionError("not asked by HTTP: " + command);
            }
            return Behaviors.same();
        });
    }

    private Behavior<SessionCommand> sessionBehavior(String id) {
        return Behaviors.receiveMessage(command -> {
            if (!reachable) {
                return Behaviors.same();
            }
            switch (command) {
                case SessionCommand.Connect connect -> {
                    sessionOwners.put(id, connect.owner());
                    tokens.putIfAbsent(id, connect.token());
                    sessions.put(
                            id,
                            new SessionView(
                                    id,
                                    connect.kind(),
                                    connect.bot(),
                                    SessionStatus.POLLING,
                                    null,
                                    connect.defaultMode(),
                                    connect.delivery(),
                                    0,
                                    Instant.parse("2026-01-02T03:04:05Z"),
                                    null,
                                    null,
                                    false));
                    answer(id, connect.owner(), connect.replyTo());
                }
                case SessionCommand.ReplaceToken replace -> {
                    tokens.put(id, replace.token());
                    status(id, SessionStatus.POLLING);
                    answer(id, replace.owner(), replace.replyTo());
                }
                case SessionCommand.GetToken get -> {
                    SessionView now = sessions.get(id);
                    boolean revoked = now != null && now.status() == SessionStatus.REVOKED;
                    get.replyTo()
                            .tell(StatusReply.success(new SessionCommand.StoredToken(
                                    Objects.requireNonNull(tokens.get(id)), revoked ? Phase.REVOKED : Phase.ACTIVE)));
                }
                case SessionCommand.GetSession get -> answer(id, get.owner(), get.replyTo());
                case SessionCommand.Pause pause -> {
                    status(id, SessionStatus.PAUSED);
                    answer(id, pause.owner(), pause.replyTo());
                }
                case SessionCommand.Resume resume -> {
                    status(id, SessionStatus.POLLING);
                    answer(id, resume.owner(), resume.replyTo());
                }
                case SessionCommand.ChangeDefaultMode change -> {
                    change(id, view -> changed(view, view.status(), change.defaultMode(), view.delivery()));
                    answer(id, change.owner(), change.replyTo());
                }
                case SessionCommand.ChangeReview change -> {
                    change(id, view -> reviewing(view, change.review()));
                    answer(id, change.owner(), change.replyTo());
                }
                case SessionCommand.ChangeDelivery change -> {
                    change(id, view -> changed(view, view.status(), view.defaultMode(), change.delivery()));
                    answer(id, change.owner(), change.replyTo());
                }
                case SessionCommand.TakeIn posted -> {
                    taken.add(id + " " + posted.incoming());
                    SessionCommand.Acceptance one = acceptances.poll();
                    posted.replyTo().tell(one == null ? SessionCommand.Acceptance.KEPT : one);
                }
                case SessionCommand.Disconnect disconnect -> {
                    sessions.remove(id);
                    disconnect.replyTo().tell(StatusReply.success(Done.getInstance()));
                }
                default -> throw new AssertionError("not asked by HTTP: " + command);
            }
            return Behaviors.same();
        });
    }

    void status(String id, SessionStatus status) {
        change(id, view -> changed(view, status, view.defaultMode(), view.delivery()));
    }

    private void change(String id, UnaryOperator<SessionView> change) {
        sessions.computeIfPresent(id, (key, view) -> change.apply(view));
    }

    private static SessionView reviewing(SessionView view, boolean review) {
        return new SessionView(
                view.id(),
                view.kind(),
                view.bot(),
                view.status(),
                view.statusDetail(),
                view.defaultMode(),
                view.delivery(),
                view.parked(),
                view.createdAt(),
                view.lastUpdateAt(),
                view.link(),
                review);
    }

    private static SessionView changed(SessionView view, SessionStatus status, ChatMode mode, Delivery delivery) {
        return new SessionView(
                view.id(),
                view.kind(),
                view.bot(),
                status,
                view.statusDetail(),
                mode,
                delivery,
                view.parked(),
                view.createdAt(),
                view.lastUpdateAt(),
                null,
                false);
    }

    private void answer(String id, String owner, ActorRef<StatusReply<SessionView>> replyTo) {
        Refusal refused = refusal;
        SessionView view = sessions.get(id);
        if (refused != null) {
            replyTo.tell(refused.reply());
        } else if (view == null || !owner.equals(sessionOwners.get(id))) {
            replyTo.tell(Refusal.SESSION_NOT_FOUND.reply());
        } else {
            replyTo.tell(StatusReply.success(view));
        }
    }

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    /** Drafts that wait, by their ids in the API. */
    final Set<String> drafts = ConcurrentHashMap.newKeySet();

    /** Drafts that were approved, with their new words. */
    final Set<String> approved = ConcurrentHashMap.newKeySet();

    private Behavior<ChatCommand> chatBehavior(String id) {
        return Behaviors.receiveMessage(command -> {
            if (!reachable) {
                return Behaviors.same();
            }
            switch (command) {
                case ChatCommand.GetChat get -> {
                    ChatView view = chats.get(id);
                    get.replyTo()
                            .tell(
                                    view != null && get.owner().equals(chatOwners.get(id))
                                            ? StatusReply.success(view)
                                            : Refusal.CHAT_NOT_FOUND.reply());
                }
                case ChatCommand.Configure configure -> {
                    if (configure.owner().equals(chatOwners.get(id))) {
                        chats.computeIfPresent(id, (key, view) -> configured(view, configure.config()));
                        configure.replyTo().tell(StatusReply.success(chats.get(id)));
                    } else {
                        configure.replyTo().tell(Refusal.CHAT_NOT_FOUND.reply());
                    }
                }
                case ChatCommand.Erase erase -> {
                    ChatView view = chats.get(id);
                    erase.replyTo()
                            .tell(
                                    view != null && erase.owner().equals(chatOwners.get(id))
                                            ? StatusReply.ack()
                                            : Refusal.CHAT_NOT_FOUND.reply());
                }
                case ChatCommand.Send send -> send(id, send);
                case ChatCommand.Preview preview -> preview.replyTo().tell(previewed(id, preview));
                case ChatCommand.RetryDeadLetter retry -> retry.replyTo().tell(settled(id, retry.owner(), retry.id()));
                case ChatCommand.DropDeadLetter drop -> drop.replyTo().tell(settled(id, drop.owner(), drop.id()));
                case ChatCommand.ApproveDraft approve ->
                    approve.replyTo()
                            .tell(decided(
                                    id,
                                    approve.owner(),
                                    approve.draftId(),
                                    new ChatCommand.Queued(approve.draftId()),
                                    () -> approved.add(id + "." + approve.draftId() + " " + approve.text())));
                case ChatCommand.DiscardDraft discard ->
                    discard.replyTo()
                            .tell(decided(id, discard.owner(), discard.draftId(), Done.getInstance(), () -> {}));
                case ChatCommand.TakeOver take -> {
                    Integer minutes = take.minutes();
                    inHand(id, take.owner(), take.replyTo(), AT.plusSeconds(60L * (minutes == null ? 30 : minutes)));
                }
                case ChatCommand.EndTakeover end -> inHand(id, end.owner(), end.replyTo(), null);
                case ChatCommand.RetryDeadLetters retry -> {
                    Set<String> letters = deadLetters.getOrDefault(id, Set.of());
                    retry.replyTo()
                            .tell(
                                    retry.owner().equals(chatOwners.get(id))
                                            ? StatusReply.success(new ChatCommand.Retried(letters.size()))
                                            : Refusal.CHAT_NOT_FOUND.reply());
                }
                default -> throw new AssertionError("not asked by HTTP: " + command);
            }
            return Behaviors.same();
        });
    }

    private <T> StatusReply<T> decided(String chatId, String owner, String draftId, T answer, Runnable then) {
        if (!owner.equals(chatOwners.get(chatId))) {
            return Refusal.CHAT_NOT_FOUND.reply();
        }
        if (!drafts.remove(chatId + "." + draftId)) {
            return Refusal.DRAFT_SETTLED.reply();
        }
        then.run();
        return StatusReply.success(answer);
    }

    private void inHand(String id, String owner, ActorRef<StatusReply<ChatView>> replyTo, @Nullable Instant until) {
        ChatView view = chats.get(id);
        replyTo.tell(
                view == null || !owner.equals(chatOwners.get(id))
                        ? Refusal.CHAT_NOT_FOUND.reply()
                        : StatusReply.success(new ChatView(
                                view.id(),
                                view.sessionId(),
                                view.telegramChatId(),
                                view.title(),
                                view.type(),
                                view.pending(),
                                view.lastMessageAt(),
                                view.config(),
                                view.erased(),
                                view.seqNr(),
                                view.barred(),
                                0,
                                until)));
    }

    private StatusReply<Done> settled(String chatId, String owner, String letterId) {
        if (!owner.equals(chatOwners.get(chatId))) {
            return Refusal.CHAT_NOT_FOUND.reply();
        }
        if (!letterId.startsWith("dead")) {
            return Refusal.DEAD_LETTER_NOT_FOUND.reply();
        }
        return deadLetters.getOrDefault(chatId, Set.of()).remove(letterId)
                ? StatusReply.ack()
                : Refusal.DEAD_LETTER_SETTLED.reply();
    }

    private static ChatView configured(ChatView view, ChatView.Config config) {
        return new ChatView(
                view.id(),
                view.sessionId(),
                view.telegramChatId(),
                view.title(),
                view.type(),
                view.pending(),
                view.lastMessageAt(),
                config,
                view.erased(),
                0,
                List.of(),
                0,
                null);
    }

    private StatusReply<ChatCommand.Previewed> previewed(String chatId, ChatCommand.Preview preview) {
        if (!preview.owner().equals(chatOwners.get(chatId))) {
            return Refusal.CHAT_NOT_FOUND.reply();
        }
        return preview.text().equals("busy")
                ? Refusal.BUSY.reply()
                : StatusReply.success(new ChatCommand.Previewed(
                        PreviewDecision.ANSWER,
                        List.of("digital_twin"),
                        new ChatCommand.PromptSize(612, 9),
                        "answer to " + preview.text(),
                        "openai",
                        "gpt-4.1-mini"));
    }

    private void send(String chatId, ChatCommand.Send send) {
        Refusal refused = send.owner().equals(chatOwners.get(chatId)) ? refusal : Refusal.CHAT_NOT_FOUND;
        String key = send.idempotencyKey();
        String before = key == null ? null : sentByKey.putIfAbsent(key, send.text());
        if (refused != null) {
            send.replyTo().tell(refused.reply());
        } else if (before != null && !before.equals(send.text())) {
            send.replyTo().tell(Refusal.IDEMPOTENCY_KEY_REUSED.reply());
        } else {
            send.replyTo().tell(StatusReply.success(new ChatCommand.Queued("d1")));
        }
    }
}
