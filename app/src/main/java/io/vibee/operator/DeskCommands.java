package io.vibee.operator;

import io.vibee.account.Credentials;
import io.vibee.account.LinkCode;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users.TelegramAccount;
import io.vibee.persistence.read.WaitingDraft;
import io.vibee.persistence.telegram.Desk;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.text.Characters;
import io.vibee.session.OperatorUpdate;
import io.vibee.session.OperatorUpdates.Operator;
import io.vibee.telegram.SendRequest.Button;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** What people write to the operator's bot. Only a user whose Telegram account it is is obeyed; anybody may begin with {@code /start}. */
final class DeskCommands {

    /** Behind {@code /persona}, in any language. */
    private static final String NO_PERSONA = "reset";

    private final People people;
    private final Credentials credentials;
    private final TelegramLinks links;
    private final Desk desk;
    private final OwnersThings things;
    private final DeskChats chats;
    private final NewBots newBots;
    private final DeskSender sender;

    DeskCommands(
            People people,
            Credentials credentials,
            TelegramLinks links,
            Desk desk,
            OwnersThings things,
            DeskChats chats,
            NewBots newBots,
            DeskSender sender) {
        this.people = people;
        this.credentials = credentials;
        this.links = links;
        this.desk = desk;
        this.things = things;
        this.chats = chats;
        this.newBots = newBots;
        this.sender = sender;
    }

    /**
     * One message while it is answered.
     *
     * @param argument what stands behind the command, or all of what is none
     */
    private record Said(
            Operator operator,
            long person,
            @Nullable String languageCode,
            DeskTexts texts,
            String command,
            String argument) {

        static Said of(Operator operator, OperatorUpdate.Written written) {
            String text = written.text() == null ? "" : written.text().strip();
            String language = written.person().languageCode();
            DeskTexts texts = DeskTexts.of(language);
            long person = written.person().telegramId();
            if (!text.startsWith("/")) {
                return new Said(operator, person, language, texts, "", text);
            }
            String[] parts = text.split("\\s+", 2);
            String command = parts[0].substring(1).split("@", 2)[0].toLowerCase(Locale.ROOT);
            return new Said(operator, person, language, texts, command, parts.length == 1 ? "" : parts[1].strip());
        }

        TelegramAccount account() {
            return new TelegramAccount(person, languageCode);
        }
    }

    CompletionStage<Done> take(Operator operator, OperatorUpdate.Written written) {
        Said said = Said.of(operator, written);
        if (said.command().equals("start")) {
            return start(said);
        }
        return people.user(said.person())
                .thenCompose(user -> user.map(known -> obey(said, known)).orElseGet(() -> say(said, "unknown")));
    }

    private CompletionStage<Done> obey(Said said, User user) {
        return switch (said.command()) {
            case "" -> written(said, user);
            case "cancel" -> desk.endEdit(said.person()).thenCompose(done -> say(said, "draft.cancelled"));
            case "status" -> things.status(user.id(), said.texts()).thenCompose(text -> write(said, text));
            case "drafts" -> drafts(said, user);
            case "chats" -> chats.list(user, said.texts(), said.person(), "chats.pick", Press::pick);
            case "takeover" ->
                chats.list(user, said.texts(), said.person(), "takeover.pick", id -> Press.takeOver(id, true));
            case "why" -> chats.list(user, said.texts(), said.person(), "why.pick", Press::why);
            case "review" -> review(said, user);
            case "persona" -> persona(said, user);
            case "mode" -> mode(said, user);
            case "newbot" -> newBots.offer(said.operator(), said.person(), user, said.texts());
            case "pause" -> things.pauseAll(user.id()).thenCompose(done -> say(said, "paused"));
            case "resume" -> things.resumeAll(user.id()).thenCompose(done -> say(said, "resumed"));
            case "usage" -> things.usage(user.id(), said.texts()).thenCompose(text -> write(said, text));
            case "help" -> write(said, help(said.texts()));
            case "stop" -> things.pauseAll(user.id()).thenCompose(done -> say(said, "stop.done"));
            default -> say(said, "unclear");
        };
    }

    // The way in.

    private CompletionStage<Done> start(Said said) {
        Optional<LinkCode> code = LinkCode.parse(said.argument());
        if (code.isPresent()) {
            return links.bind(code.get().hash(), said.account()).thenCompose(binding -> bound(said, binding));
        }
        if (!said.argument().isEmpty()) {
            return say(said, "link.bad");
        }
        return people.user(said.person())
                .thenCompose(user -> user.map(
                                known -> arrived(said, said.texts().say("known", known.username()), null))
                        .orElseGet(() -> credentials
                                .registerFromTelegram(said.account())
                                .thenCompose(
                                        known -> arrived(said, said.texts().say("welcome", known.username()), null))));
    }

    /** A code that is gone may be one that this very person used: the same message may come twice. */
    private CompletionStage<Done> bound(Said said, TelegramLinks.Binding binding) {
        return switch (binding) {
            case TelegramLinks.Binding.Bound bound ->
                people.user(said.person())
                        .thenCompose(user -> arrived(
                                said,
                                said.texts()
                                        .say("linked", user.map(User::username).orElse("")),
                                bound.link().defaultMode()));
            case TelegramLinks.Binding.Taken taken -> say(said, "link.taken");
            case TelegramLinks.Binding.NoCode none ->
                people.user(said.person())
                        .thenCompose(user -> user.map(known -> arrived(
                                        said,
                                        said.texts().say("link.bad") + " "
                                                + said.texts().say("known", known.username()),
                                        null))
                                .orElseGet(() -> say(said, "link.bad")));
        };
    }

    private CompletionStage<Done> arrived(Said said, String greeting, @Nullable ChatMode defaultMode) {
        return people.arrived(said.operator(), said.person(), defaultMode)
                .thenCompose(met -> write(
                        said,
                        greeting + "\n\n"
                                + (met.orElse(null) instanceof People.Met.Known known
                                        ? OperatorDesk.connection(said.texts(), known)
                                        : said.texts()
                                                .say(
                                                        "connect",
                                                        said.operator().bot().username()))))
                .thenCompose(done -> newBots.arrived(said.operator(), said.person(), said.texts()));
    }

    // What is no command: other words for a draft, if the owner was about to write some.

    private CompletionStage<Done> written(Said said, User user) {
        return desk.editing(said.person(), user.id())
                .thenCompose(
                        draft -> draft.map(edited -> edit(said, user, edited)).orElseGet(() -> say(said, "unclear")));
    }

    private CompletionStage<Done> edit(Said said, User user, Desk.DraftId draft) {
        if (!Characters.areVisible(said.argument())) {
            return say(said, "draft.invisible");
        }
        return things.sends(user.id(), draft.chatId())
                .exceptionallyCompose(failure -> Refusal.in(failure).isPresent()
                        ? CompletableFuture.completedStage(true)
                        : CompletableFuture.failedStage(failure))
                .thenCompose(sends -> sends ? approve(said, user, draft) : say(said, "draft.silent"));
    }

    private CompletionStage<Done> approve(Said said, User user, Desk.DraftId draft) {
        return things.<ChatCommand.Queued>ask(
                        draft.chatId(),
                        replyTo -> new ChatCommand.ApproveDraft(
                                user.id(), draft.draftId(), said.argument(), OwnerVia.BOT, replyTo))
                .thenApply(queued -> true)
                .exceptionallyCompose(failure -> Refusal.in(failure).isPresent()
                        ? CompletableFuture.completedStage(false)
                        : CompletableFuture.failedStage(failure))
                .thenCompose(sent -> desk.endEdit(said.person()).thenApply(done -> sent))
                .thenCompose(
                        sent -> sent ? CompletableFuture.completedStage(Done.getInstance()) : say(said, "draft.late"));
    }

    // What the owner has.

    private CompletionStage<Done> drafts(Said said, User user) {
        return things.drafts(user.id()).thenCompose(rows -> {
            if (rows.isEmpty()) {
                return say(said, "drafts.none");
            }
            CompletionStage<Done> shown = CompletableFuture.completedStage(Done.getInstance());
            for (WaitingDraft waiting : rows) {
                Desk.DraftId draft = new Desk.DraftId(
                        waiting.draft().chatId(), waiting.draft().id());
                shown = shown.thenCompose(done -> sender.write(
                                said.person(),
                                DraftCards.text(said.texts(), waiting),
                                DraftCards.buttons(said.texts(), draft))
                        .thenCompose(message -> message.map(id -> desk.showedCard(draft, id))
                                .orElseGet(() -> CompletableFuture.completedStage(Done.getInstance()))));
            }
            return shown;
        });
    }

    private CompletionStage<Done> review(Said said, User user) {
        String wanted = said.argument().toLowerCase(Locale.ROOT);
        if (!wanted.equals("on") && !wanted.equals("off")) {
            return say(said, "review.ask");
        }
        return things.review(user.id(), wanted.equals("on"))
                .thenCompose(any -> say(said, any ? "review." + wanted : "mode.none"));
    }

    private CompletionStage<Done> persona(Said said, User user) {
        String wanted = said.argument();
        if (wanted.isEmpty()) {
            return things.settings(user.id())
                    .thenCompose(settings -> settings.persona() == null
                            ? say(said, "persona.none")
                            : write(said, said.texts().say("persona.now", settings.persona())));
        }
        if (wanted.equalsIgnoreCase(NO_PERSONA)) {
            return things.persona(user.id(), null).thenCompose(set -> say(said, "persona.none"));
        }
        if (!Characters.areVisible(wanted) || wanted.length() > AccountSettings.LONGEST_PERSONA) {
            return write(said, said.texts().say("persona.bad", AccountSettings.LONGEST_PERSONA));
        }
        return things.persona(user.id(), wanted).thenCompose(set -> say(said, "persona.set"));
    }

    private CompletionStage<Done> mode(Said said, User user) {
        Optional<ChatMode> named = OwnersThings.mode(said.argument());
        if (named.isEmpty()) {
            List<List<Button>> rows = new ArrayList<>();
            OwnersThings.MODES.forEach(mode ->
                    rows.add(List.of(new Button(said.texts().say(modeKey(mode)), Press.newChats(mode)))));
            return ask(said, "mode.ask", rows);
        }
        return things.newChats(user.id(), named.get())
                .thenCompose(any -> any
                        ? write(said, said.texts().say("mode.set", said.texts().say(modeKey(named.get()))))
                        : say(said, "mode.none"));
    }

    static String modeKey(ChatMode mode) {
        return "mode." + mode.name().toLowerCase(Locale.ROOT);
    }

    private static String help(DeskTexts texts) {
        return texts.say(
                "help",
                texts.commands().entrySet().stream()
                        .map(command -> "/" + command.getKey() + " — " + command.getValue())
                        .collect(Collectors.joining("\n")));
    }

    private CompletionStage<Done> ask(Said said, String key, List<List<Button>> rows) {
        return sender.write(said.person(), said.texts().say(key), rows).thenApply(sent -> Done.getInstance());
    }

    private CompletionStage<Done> say(Said said, String key) {
        return write(said, said.texts().say(key));
    }

    private CompletionStage<Done> write(Said said, String text) {
        return sender.write(said.person(), text);
    }
}
