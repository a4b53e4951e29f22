package io.vibee.cluster;

import io.vibee.journal.database.Database;
import io.vibee.persistence.cluster.ClusterNodes;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.LeaderChanged;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.apache.pekko.coordination.lease.javadsl.LeaseProvider;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a node whose process has ended from one that is silent. Where nothing listens any more at the address of a member that doesn't
 * answer, the others need not wait as long as for a pause or a fault of the network. Something between them may refuse connections in
 * the member's place, so they go on without it only if they get the lease that decides after a split, as the split brain resolver would
 * later. The member that leads those who answer acts; where they are not more than the others, it lets those ask for the lease first.
 */
public final class CrashedMembers extends AbstractBehavior<CrashedMembers.Event> {

    private static final Logger LOG = LoggerFactory.getLogger(CrashedMembers.class);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
    private static final String STRATEGY = "pekko.cluster.split-brain-resolver.lease-majority";
    private static final Set<MemberStatus> COUNTED = Set.of(MemberStatus.up(), MemberStatus.leaving());

    /** What it hears. */
    public sealed interface Event {}

    private record Silent(UnreachableMember event) implements Event {}

    private record Heard(ReachableMember event) implements Event {}

    private record Led(LeaderChanged event) implements Event {}

    private record Probed(Member member, boolean refused) implements Event {}

    private record OthersHadTime(Member member) implements Event {}

    private record Decided(Member member, boolean goOn) implements Event {}

    private record Gone(MemberRemoved event) implements Event {}

    private record Noted(boolean done) implements Event {}

    private enum Quiet implements Event {
        NOW
    }

    private final TimerScheduler<Event> timers;
    private final Cluster cluster;
    private final Lease lease;
    private final ClusterNodes nodes;
    private final Duration letMoreAskFirst;
    private final Duration releaseAfter;

    /** As the events here say. The cluster's own view learns it from the same events, sooner or later than this. */
    private final Set<Member> silent = new HashSet<>();

    private @Nullable Address leader;

    private CrashedMembers(ActorContext<Event> context, TimerScheduler<Event> timers) {
        super(context);
        this.timers = timers;
        ActorSystem<?> system = context.getSystem();
        cluster = Cluster.get(system);
        // The one that the split brain resolver asks for.
        lease = LeaseProvider.get(system)
                .getLease(
                        system.name() + "-pekko-sbr",
                        system.settings().config().getString(STRATEGY + ".lease-implementation"),
                        cluster.selfMember().address().hostPort());
        nodes = new ClusterNodes(Database.get(system));
        letMoreAskFirst = system.settings().config().getDuration(STRATEGY + ".acquire-lease-delay-for-minority");
        releaseAfter = system.settings().config().getDuration(STRATEGY + ".release-after");
        listen(context, UnreachableMember.class, Silent::new);
        listen(context, ReachableMember.class, Heard::new);
        listen(context, LeaderChanged.class, Led::new);
        listen(context, MemberRemoved.class, Gone::new);
    }

    private <E extends ClusterDomainEvent> void listen(
            ActorContext<Event> context, Class<E> kind, Function<E, Event> heard) {
        cluster.subscriptions().tell(Subscribe.create(context.messageAdapter(kind, heard), kind));
    }

    /** Looks at each member that doesn't answer. */
    public static Behavior<Event> create() {
        return NodeParts.supervised(
                "crashed-members",
                Behaviors.setup(context -> Behaviors.withTimers(timers -> new CrashedMembers(context, timers))));
    }

    @Override
    public Receive<Event> createReceive() {
        return newReceiveBuilder()
                .onMessage(Silent.class, this::onSilent)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Led.class, this::onLed)
                .onMessage(Probed.class, this::onProbed)
                .onMessage(OthersHadTime.class, this::onOthersHadTime)
                .onMessage(Decided.class, this::onDecided)
                .onMessage(Gone.class, this::onGone)
                .onMessage(Noted.class, this::onNoted)
                .onMessage(Quiet.class, quiet -> release())
                .build();
    }

    private Behavior<Event> onSilent(Silent missed) {
        Member member = missed.event().member();
        silent.add(member);
        if (timers.isTimerActive(Quiet.NOW)) {
            keepLease();
        }
        getContext()
                .pipeToSelf(
                        isRefused(member.address()),
                        (refused, failure) -> new Probed(member, Boolean.TRUE.equals(refused)));
        return this;
    }

    private Behavior<Event> onHeard(Heard heard) {
        silent.remove(heard.event().member());
        return this;
    }

    private Behavior<Event> onLed(Led led) {
        leader = led.event().getLeader();
        return this;
    }

    private Behavior<Event> onProbed(Probed probed) {
        if (probed.refused() && isFirst(probed.member())) {
            if (areMore()) {
                ask(probed.member());
            } else {
                timers.startSingleTimer(new OthersHadTime(probed.member()), letMoreAskFirst);
            }
        }
        return this;
    }

    private Behavior<Event> onOthersHadTime(OthersHadTime waited) {
        if (isFirst(waited.member())) {
            ask(waited.member());
        }
        return this;
    }

    private void ask(Member member) {
        keepLease();
        getContext().pipeToSelf(lease.acquire(), (won, failure) -> new Decided(member, Boolean.TRUE.equals(won)));
    }

    private Behavior<Event> onDecided(Decided decided) {
        Address address = decided.member().address();
        if (decided.goOn()) {
            LOG.info("nothing listens at {} any more: its process has ended", address);
            cluster.manager().tell(new Down(address));
        }
        return this;
    }

    /**
     * All who are left know that it is gone. Now who was downed need not be kept from the lease by holding it: it is written, and another
     * node may have to decide about the next loss.
     */
    private Behavior<Event> onGone(Gone gone) {
        silent.remove(gone.event().member());
        if (lease.checkLease() && gone.event().previousStatus().equals(MemberStatus.down())) {
            UniqueAddress address = gone.event().member().uniqueAddress();
            getContext()
                    .pipeToSelf(
                            nodes.down(address.address().toString(), Long.toString(address.longUid())),
                            (done, failure) -> new Noted(failure == null));
        }
        return this;
    }

    private Behavior<Event> onNoted(Noted noted) {
        return noted.done() && silent.isEmpty() ? release() : this;
    }

    /** Longer than others may still ask for it. */
    private void keepLease() {
        timers.startSingleTimer(Quiet.NOW, releaseAfter);
    }

    private Behavior<Event> release() {
        timers.cancel(Quiet.NOW);
        lease.release();
        return this;
    }

    /** Whether this node leads those who answer, and the member still doesn't. */
    private boolean isFirst(Member member) {
        return silent.contains(member) && cluster.selfMember().address().equals(leader);
    }

    /** Whether those who answer are more than those who don't, or as many and have the lowest address. */
    private boolean areMore() {
        List<Member> counted = StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> COUNTED.contains(member.status()))
                .sorted(Comparator.comparing(Member::address, Member.addressOrdering()))
                .toList();
        long missing = counted.stream().filter(silent::contains).count();
        long answering = counted.size() - missing;
        return answering > missing || (answering == missing && !silent.contains(counted.getFirst()));
    }

    private CompletionStage<Boolean> isRefused(Address address) {
        InetSocketAddress remote = InetSocketAddress.createUnresolved(
                address.host().get(), (Integer) address.port().get());
        var connection = Tcp.get(getContext().getSystem())
                .outgoingConnection(
                        remote, Optional.empty(), List.of(), false, Optional.of(CONNECT_WITHIN), Optional.empty());
        var opened = Source.<ByteString>maybe()
                .viaMat(connection, Keep.both())
                .to(Sink.ignore())
                .run(getContext().getSystem());
        return opened.second().handle((connected, failure) -> {
            opened.first().complete(Optional.empty());
            return refused(failure);
        });
    }

    private static boolean refused(@Nullable Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ConnectException
                    && String.valueOf(at.getMessage()).startsWith("Connection refused")) {
                return true;
            }
        }
        return false;
    }
}
