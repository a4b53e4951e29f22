package io.vibee.operator;

import io.vibee.operator.People.Met;
import io.vibee.protocol.chat.Incoming.Person;
import io.vibee.session.OperatorUpdate;
import io.vibee.session.OperatorUpdates;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Takes what comes to the operator's bot: people's own chats go to their sessions, what is said to the bot itself is answered here. */
final class OperatorDesk implements OperatorUpdates {

    private final People people;
    private final DeskCommands commands;
    private final DeskButtons buttons;
    private final NewBots newBots;
    private final DeskSender sender;

    OperatorDesk(People people, DeskCommands commands, DeskButtons buttons, NewBots newBots, DeskSender sender) {
        this.people = people;
        this.commands = commands;
        this.buttons = buttons;
        this.newBots = newBots;
        this.sender = sender;
    }

    @Override
    public CompletionStage<Done> take(Operator operator, OperatorUpdate update) {
        return switch (update) {
            case OperatorUpdate.OfPerson ofPerson -> people.bring(operator, ofPerson);
            case OperatorUpdate.OfConnection told ->
                people.told(operator, told).thenCompose(met -> say(operator, told.person(), met));
            case OperatorUpdate.Written written -> commands.take(operator, written);
            case OperatorUpdate.Managed told -> newBots.told(operator, told);
            case OperatorUpdate.Pressed pressed ->
                people.user(pressed.person().telegramId())
                        .thenCompose(user ->
                                user.map(known -> buttons.take(pressed, known)).orElseGet(() -> unknown(pressed)));
        };
    }

    private CompletionStage<Done> unknown(OperatorUpdate.Pressed pressed) {
        return sender.acknowledge(
                pressed.queryId(), DeskTexts.of(pressed.person().languageCode()).say("unknown"));
    }

    private CompletionStage<Done> say(Operator operator, Person person, Met met) {
        DeskTexts texts = DeskTexts.of(person.languageCode());
        return switch (met) {
            case Met.Removed removed -> CompletableFuture.completedStage(Done.getInstance());
            case Met.Unknown unknown
            when !unknown.row().link().enabled() -> CompletableFuture.completedStage(Done.getInstance());
            case Met.Unknown unknown ->
                people.instruct(operator, person.telegramId())
                        .thenCompose(first -> first
                                ? sender.write(person.telegramId(), texts.say("instruct"))
                                : CompletableFuture.completedStage(Done.getInstance()));
            case Met.Known known -> sender.write(person.telegramId(), connection(texts, known));
        };
    }

    static String connection(DeskTexts texts, Met.Known known) {
        if (!known.row().link().enabled()) {
            return texts.say("disconnected");
        }
        return known.row().link().mayReply()
                ? texts.say(
                        "connected",
                        texts.say("mode." + known.defaultMode().name().toLowerCase(Locale.ROOT)))
                : texts.say("connected.readonly");
    }
}
