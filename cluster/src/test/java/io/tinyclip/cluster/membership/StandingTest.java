package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.Address;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.ClusterEvent.MemberJoined;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.ClusterEvent.MemberUp;
import akka.cluster.ClusterEvent.MemberWeaklyUp;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.sbr.SplitBrainResolverSettings;
import akka.util.Version;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Set;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** What a machine makes of the news about its cluster. */
final class StandingTest {
    private static final UniqueAddress OWN = address(1);
    private static final UniqueAddress FIRST = address(2);
    private static final UniqueAddress SECOND = address(3);

    private final Standing standing = new Standing(OWN);

    @Test
    void aMachineIsTakenInWhileDeathsElsewherePutOffItsBeingUp() {
        standing.changed(new MemberJoined(member(OWN, MemberStatus.joining(), "worker")));
        standing.changed(up(FIRST, ClusterSystem.CORE));
        assertFalse(standing.joined().isDone());
        standing.changed(new MemberWeaklyUp(member(OWN, MemberStatus.weaklyUp(), "worker")));
        assertTrue(standing.joined().isDone());
    }

    @Test
    void aMachineWhoseLastCandidateHasGoneIsOrphaned() {
        standing.changed(up(OWN, "worker"));
        standing.changed(up(FIRST, ClusterSystem.CORE));
        standing.changed(up(SECOND, ClusterSystem.CORE));
        standing.changed(removed(FIRST, ClusterSystem.CORE));
        standing.changed(removed(address(4), "server"));
        assertFalse(standing.orphaned().isDone());
        standing.changed(removed(SECOND, ClusterSystem.CORE));
        assertTrue(standing.orphaned().isDone());
    }

    @Test
    void aMachineThatHasSeenNoCandidateYetIsNoOrphan() {
        standing.changed(up(OWN, "worker"));
        standing.changed(removed(address(4), "server"));
        assertFalse(standing.orphaned().isDone());
    }

    /** Terms fence whoever leads, so a train of deaths is no reason to end the healthy. */
    @Test
    void noTrainOfDeathsDownsEverybody() {
        Config reference = ConfigFactory.load();
        Config config = reference.getConfig("tinyclip.member").withFallback(reference);
        SplitBrainResolverSettings resolver = new SplitBrainResolverSettings(config);
        assertEquals("keep-majority", resolver.DowningStrategy());
        assertEquals(0, resolver.DownAllWhenUnstable().toNanos());
        assertTrue(config.getDuration("akka.cluster.down-removal-margin").toNanos()
                < resolver.DowningStableAfter().toNanos());
    }

    private static MemberEvent up(UniqueAddress who, String role) {
        return new MemberUp(member(who, MemberStatus.up(), role));
    }

    private static MemberEvent removed(UniqueAddress who, String role) {
        return new MemberRemoved(member(who, MemberStatus.removed(), role), MemberStatus.down());
    }

    private static Member member(UniqueAddress who, MemberStatus status, String role) {
        return new Member(
                who,
                1,
                status,
                JavaConverters.asScala(Set.of(role, "dc-default")).toSet(),
                Version.Zero());
    }

    private static UniqueAddress address(int uid) {
        return new UniqueAddress(new Address("akka", ClusterSystem.NAME, "127.0.0.1", uid), uid);
    }
}
