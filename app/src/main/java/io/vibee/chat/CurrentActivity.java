package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The one thing that a chat is doing, with the timers that belong to it. It lives in memory only: a crash forgets it, and the state
 * tells where to go on. When it ends, the chat looks for the next thing, or stops if it was asked to.
 */
final class CurrentActivity {

    private static final Activity NOTHING = new Activity.None();
    private static final Duration PERMIT_WITHIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT_FOR_PERMIT = Duration.ofMinutes(2);

    /** An answer that is there sooner, or is not given at all, needs no call to Telegram to announce it. */
    private static final Duration TYPING_AFTER = Duration.ofMillis(300);

    private static final Duration TYPING_EVERY = Duration.ofSeconds(4);
    private static final Duration DRAFT_EVERY = Duration.ofSeconds(1);

    private final ActorContext<ChatCommand> context;
    private final TimerScheduler<ChatCommand> timers;
    private Activity activity = NOTHING;
    private boolean stopping;

    CurrentActivity(ActorContext<ChatCommand> context, TimerScheduler<ChatCommand> timers) {
        this.context = context;
        this.timers = timers;
    }

    Activity get() {
        return activity;
    }

    boolean is(Activity other) {
        return activity.equals(other);
    }

    boolean none() {
        return activity instanceof Activity.None;
    }

    void granting(String messageId) {
        activity = new Activity.Granting(messageId);
        timers.startTimerWithFixedDelay(ChatStep.ShowTyping.NOW, ChatStep.ShowTyping.NOW, TYPING_AFTER, TYPING_EVERY);
    }

    void recalling(String messageId) {
        activity = new Activity.Recalling(messageId);
    }

    /**
     * A model is asked.
     *
     * @param streamed whether {@link ChatStep.ShowDraft} comes meanwhile
     */
    void composing(String messageId, boolean streamed) {
        activity = new Activity.Composing(messageId);
        if (streamed) {
            timers.startTimerWithFixedDelay(ChatStep.ShowDraft.NOW, ChatStep.ShowDraft.NOW, DRAFT_EVERY);
        }
    }

    /** The session is asked for a permit; {@link ChatStep.SlotOverdue} comes when it does not answer. */
    void awaitingPermit(@Nullable Draft draft) {
        timers.cancel(ChatStep.ShowTyping.NOW);
        timers.cancel(ChatStep.ShowDraft.NOW);
        activity = new Activity.AwaitingSlot(draft);
        timers.startSingleTimer(ChatStep.SlotOverdue.NOW, PERMIT_WITHIN);
    }

    /** The permit will come later: what it is for lies in the journal meanwhile. */
    void inQueueForPermit() {
        timers.startSingleTimer(ChatStep.SlotOverdue.NOW, LONGEST_WAIT_FOR_PERMIT);
        activity = new Activity.AwaitingSlot(null);
    }

    void delivering(String draftId, int part) {
        timers.cancel(ChatStep.SlotOverdue.NOW);
        activity = new Activity.Delivering(draftId, part);
    }

    void end() {
        activity = NOTHING;
        timers.cancel(ChatStep.ShowTyping.NOW);
        timers.cancel(ChatStep.ShowDraft.NOW);
        timers.cancel(ChatStep.SlotOverdue.NOW);
    }

    /** Ends with events to store, after which the chat proceeds; without any it proceeds at once. Gives the events. */
    List<ChatEvent> endWith(List<ChatEvent> events) {
        end();
        if (events.isEmpty()) {
            proceed();
        }
        return events;
    }

    /** Looks for the next thing to do, unless something is being done. */
    void proceed() {
        if (none()) {
            context.getSelf().tell(stopping ? ChatStep.Stop.NOW : ChatStep.Proceed.NOW);
        }
    }

    void proceedAfter(Duration delay) {
        timers.startSingleTimer(ChatStep.Proceed.NOW, ChatStep.Proceed.NOW, delay.isNegative() ? Duration.ZERO : delay);
    }

    /** Begins nothing more. Gives whether the chat can stop now; if not, {@link ChatStep.Stop} comes again. */
    boolean stop() {
        stopping = true;
        return !(activity instanceof Activity.Delivering);
    }
}
