package shop;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** A cart that remembers what was put into it. Nothing here knows of PostgreSQL: application.conf names the journal. */
public final class ShoppingCart
        extends EventSourcedBehavior<ShoppingCart.Command, ShoppingCart.Event, ShoppingCart.State> {

    static final EntityTypeKey<Command> TYPE = EntityTypeKey.create(Command.class, "ShoppingCart");

    /** What a cart can be asked. */
    public sealed interface Command {}

    /** Puts items in; refused once the cart is checked out. */
    public record AddItem(String item, int quantity, ActorRef<StatusReply<Done>> replyTo) implements Command {}

    /** Ends the shopping. */
    public record CheckOut(ActorRef<StatusReply<Done>> replyTo) implements Command {}

    /** Asks for what is in it. */
    public record Show(ActorRef<State> replyTo) implements Command {}

    /** What is stored, as JSON with a name for each kind. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    public sealed interface Event {}

    /** Items were put in. */
    public record ItemAdded(String item, int quantity) implements Event {}

    /** The shopping ended. */
    public record CheckedOut() implements Event {}

    /** What is in the cart. */
    public record State(Map<String, Integer> items, boolean checkedOut) {

        State with(ItemAdded added) {
            Map<String, Integer> more = new HashMap<>(items);
            more.merge(added.item(), added.quantity(), Integer::sum);
            return new State(Map.copyOf(more), checkedOut);
        }
    }

    static Behavior<Command> create(String id) {
        return new ShoppingCart(PersistenceId.of(TYPE.name(), id));
    }

    private ShoppingCart(PersistenceId id) {
        super(id);
    }

    @Override
    public State emptyState() {
        return new State(Map.of(), false);
    }

    @Override
    public CommandHandler<Command, Event, State> commandHandler() {
        return (state, command) -> switch (command) {
            case AddItem add
            when state.checkedOut() -> Effect().reply(add.replyTo(), StatusReply.error("the cart is checked out"));
            case AddItem add ->
                Effect()
                        .persist(new ItemAdded(add.item(), add.quantity()))
                        .thenReply(add.replyTo(), stored -> StatusReply.ack());
            case CheckOut checkOut ->
                Effect().persist(new CheckedOut()).thenReply(checkOut.replyTo(), stored -> StatusReply.ack());
            case Show show -> Effect().reply(show.replyTo(), state);
        };
    }

    @Override
    public EventHandler<State, Event> eventHandler() {
        return (state, event) -> switch (event) {
            case ItemAdded added -> state.with(added);
            case CheckedOut end -> new State(state.items(), true);
        };
    }
}
