package io.vibee.cluster;

import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberDowned;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.ClusterEvent.ReachabilityEvent;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line into this node's log for each change of the cluster's membership that it hears of. */
public final class MembershipLog {

    private static final Logger LOG = LoggerFactory.getLogger(MembershipLog.class);

    private final Address self;
    private final Set<Address> members = new HashSet<>();

    private MembershipLog(Address self) {
        this.self = self;
    }

    /** Begins with the members that there are. */
    public static Behavior<ClusterDomainEvent> create() {
        return NodeParts.supervised("membership-log", Behaviors.setup(MembershipLog::follow));
    }

    private static Behavior<ClusterDomainEvent> follow(ActorContext<ClusterDomainEvent> context) {
        Cluster cluster = Cluster.get(context.getSystem());
        // Not all that happens in the cluster: each round of gossip would come here.
        cluster.subscriptions().tell(Subscribe.create(context.getSelf().narrow(), MemberEvent.class));
        cluster.subscriptions().tell(Subscribe.create(context.getSelf().narrow(), ReachabilityEvent.class));
        MembershipLog log = new MembershipLog(cluster.selfMember().address());
        return Behaviors.receive(ClusterDomainEvent.class)
                .onMessage(MemberUp.class, log::up)
                .onMessage(MemberDowned.class, event -> log.told(event.member(), "was downed: others go on without it"))
                .onMessage(MemberRemoved.class, log::removed)
                .onMessage(UnreachableMember.class, event -> log.told(event.member(), "does not answer"))
                .onMessage(ReachableMember.class, event -> log.told(event.member(), "answers again"))
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    private Behavior<ClusterDomainEvent> up(MemberUp event) {
        members.add(event.member().address());
        return told(event.member(), "is a member");
    }

    private Behavior<ClusterDomainEvent> removed(MemberRemoved event) {
        members.remove(event.member().address());
        boolean downed = event.previousStatus().equals(MemberStatus.down());
        return told(event.member(), downed ? "is gone" : "has left");
    }

    private Behavior<ClusterDomainEvent> told(Member member, String what) {
        Address address = member.address();
        LOG.info("{} {}{}; members: {}", address, what, address.equals(self) ? " (this node)" : "", members.size());
        return Behaviors.same();
    }
}
