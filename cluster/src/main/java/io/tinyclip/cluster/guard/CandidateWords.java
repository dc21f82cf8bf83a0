package io.tinyclip.cluster.guard;

import akka.cluster.protobuf.msg.ClusterMessages;
import akka.protobufv3.internal.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tinyclip.actors.plane.BadFrameException;
import java.util.Set;

/**
 * What candidates alone say to the cluster that all are members of, as Akka 2.6 writes it: that a member is down or leaves, that one
 * with the role of a candidate joins, and what the cluster's singleton is handed over with. Whoever has another certificate is not
 * heard with it. Manifests travel as words, since no table of them is offered ({@code akka.remote.artery.advanced.compression}).
 */
final class CandidateWords {
    private static final int CLUSTER = 5;
    private static final int SINGLETON = 14;

    private static final Set<String> JOIN = Set.of("J", "akka.cluster.InternalClusterAction$Join");
    private static final Set<String> ORDERS =
            Set.of("L", "D", "akka.cluster.ClusterUserAction$Leave", "akka.cluster.ClusterUserAction$Down");

    /** Of processes that lead or stand by to. */
    private static final String CORE = "core";

    private CandidateWords() {}

    /** @throws BadFrameException where a message of the cluster is one of them, or does not say which it is */
    static void refuse(Envelope.Head head, ByteBuf frame) {
        boolean refused = head.serializer() == SINGLETON
                || head.serializer() == CLUSTER
                        && (head.manifest().isEmpty()
                                || ORDERS.contains(head.manifest())
                                || JOIN.contains(head.manifest()) && joinsAsCandidate(head, frame));
        if (refused) {
            throw new BadFrameException("its certificate is none of a coordinator, and a message of the cluster ["
                    + head.manifest() + "] is one that only candidates send");
        }
    }

    private static boolean joinsAsCandidate(Envelope.Head head, ByteBuf frame) {
        try {
            return ClusterMessages.Join.parseFrom(
                            ByteBufUtil.getBytes(frame, head.payload(), frame.writerIndex() - head.payload()))
                    .getRolesList()
                    .contains(CORE);
        } catch (InvalidProtocolBufferException e) {
            throw new BadFrameException("a damaged message of the cluster");
        }
    }
}
