package io.tinyclip.actors;

import io.tinyclip.actors.plane.Link;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.proto.v1.Admitted;
import io.tinyclip.proto.v1.Leaving;
import io.tinyclip.proto.v1.LinkTraffic;
import io.tinyclip.proto.v1.NotAdmitted;
import io.tinyclip.proto.v1.NumericFingerprint;
import io.tinyclip.proto.v1.Offer;
import io.tinyclip.proto.v1.Ready;
import io.tinyclip.proto.v1.Released;
import io.tinyclip.proto.v1.Report;
import io.tinyclip.proto.v1.RunOver;
import io.tinyclip.proto.v1.Seated;
import io.tinyclip.proto.v1.TeacherModel;
import io.tinyclip.proto.v1.Welcome;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code membership.proto} says of machines that come and go. */
final class MembershipWire {
    private final WireRefs refs;

    MembershipWire(WireRefs refs) {
        this.refs = refs;
    }

    List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>("Offer", Registrar.Offer.class, this::write, Offer.parser(), this::read),
                new WireCodec<>("Welcome", Answer.Welcome.class, this::write, Welcome.parser(), this::read),
                new WireCodec<>(
                        "Seated",
                        Answer.Seated.class,
                        seated -> Seated.newBuilder()
                                .setRegistrarRef(refs.write(seated.registrar()))
                                .build(),
                        Seated.parser(),
                        wire -> new Answer.Seated(refs.read(wire.getRegistrarRef()))),
                new WireCodec<>(
                        "NotAdmitted",
                        Answer.NotAdmitted.class,
                        refused -> NotAdmitted.newBuilder()
                                .setReason(refused.reason())
                                .build(),
                        NotAdmitted.parser(),
                        wire -> new Answer.NotAdmitted(wire.getReason())),
                new WireCodec<>("Ready", Registrar.Ready.class, this::write, Ready.parser(), this::read),
                new WireCodec<>(
                        "Admitted",
                        Answer.Admitted.class,
                        admitted -> Admitted.getDefaultInstance(),
                        Admitted.parser(),
                        wire -> new Answer.Admitted()),
                new WireCodec<>("Report", Registrar.Report.class, this::write, Report.parser(), this::read),
                new WireCodec<>(
                        "Leaving",
                        Registrar.Leaving.class,
                        leaving -> Leaving.newBuilder()
                                .setAgentRef(refs.write(leaving.agent()))
                                .build(),
                        Leaving.parser(),
                        wire -> new Registrar.Leaving(refs.read(wire.getAgentRef()))),
                new WireCodec<>(
                        "Released",
                        Answer.Released.class,
                        released -> Released.getDefaultInstance(),
                        Released.parser(),
                        wire -> new Answer.Released()),
                new WireCodec<>(
                        "RunOver",
                        Answer.RunOver.class,
                        over -> RunOver.newBuilder()
                                .setFinished(over.finished())
                                .setRegistrarRef(refs.write(over.registrar()))
                                .build(),
                        RunOver.parser(),
                        wire -> new Answer.RunOver(wire.getFinished(), refs.read(wire.getRegistrarRef()))));
    }

    static List<io.tinyclip.proto.v1.MemberRole> write(Set<MemberRole> roles) {
        return roles.stream()
                .sorted()
                .map(role -> switch (role) {
                    case CORE -> io.tinyclip.proto.v1.MemberRole.MEMBER_ROLE_CORE;
                    case WORKER -> io.tinyclip.proto.v1.MemberRole.MEMBER_ROLE_WORKER;
                    case SERVER -> io.tinyclip.proto.v1.MemberRole.MEMBER_ROLE_SERVER;
                })
                .toList();
    }

    static Set<MemberRole> read(List<io.tinyclip.proto.v1.MemberRole> wire) {
        Set<MemberRole> roles = EnumSet.noneOf(MemberRole.class);
        Arrays.stream(MemberRole.values())
                .filter(role -> wire.containsAll(write(Set.of(role))))
                .forEach(roles::add);
        if (roles.size() != wire.size()) {
            throw new IllegalArgumentException("roles " + wire + " are not known here");
        }
        return roles;
    }

    private Offer write(Registrar.Offer offer) {
        RunTerms.Claim claim = offer.claim();
        return Offer.newBuilder()
                .setBuild(claim.belonging().build())
                .setClusterName(claim.belonging().cluster())
                .addAllRoles(write(claim.roles()))
                .putAllDecisiveSettings(claim.decisive())
                .setAgentRef(refs.write(offer.agent()))
                .build();
    }

    private Registrar.Offer read(Offer wire) {
        RunTerms.Claim claim = new RunTerms.Claim(
                new RunTerms.Belonging(wire.getBuild(), wire.getClusterName()),
                read(wire.getRolesList()),
                wire.getDecisiveSettingsMap());
        return new Registrar.Offer(claim, refs.read(wire.getAgentRef()));
    }

    private Welcome write(Answer.Welcome welcome) {
        Answer.Invitation invitation = welcome.invitation();
        Welcome.Builder wire = Welcome.newBuilder()
                .setRunId(invitation.runId())
                .setTerm(invitation.term())
                .setSettingsJson(invitation.settings())
                .setDataSha256(invitation.dataHash())
                .setRegistrarRef(refs.write(welcome.registrar()));
        invitation
                .teachers()
                .forEach(teacher -> wire.addTeachers(TeacherModel.newBuilder()
                        .setDescriptionJson(teacher.description())
                        .setSha256(teacher.hash())
                        .setFloats(VersionWire.write(teacher.vector()))));
        return wire.build();
    }

    private Answer.Welcome read(Welcome wire) {
        Answer.Invitation invitation = new Answer.Invitation(
                wire.getRunId(),
                wire.getTerm(),
                wire.getSettingsJson(),
                wire.getDataSha256(),
                wire.getTeachersList().stream()
                        .map(teacher -> new TeacherOffer(
                                teacher.getDescriptionJson(),
                                teacher.getSha256(),
                                VersionWire.read(teacher.getFloats())))
                        .toList());
        return new Answer.Welcome(invitation, refs.read(wire.getRegistrarRef()));
    }

    private Ready write(Registrar.Ready ready) {
        Ready.Builder wire = Ready.newBuilder().setAgentRef(refs.write(ready.agent()));
        ready.proof().dataHash().ifPresent(wire::setDataSha256);
        ready.proof()
                .numerics()
                .ifPresent(numerics -> wire.setNumerics(NumericFingerprint.newBuilder()
                        .putAllParts(numerics.parts())
                        .putAllAnswers(numerics.answers())));
        ready.worker().ifPresent(worker -> wire.setWorkerRef(refs.write(worker)));
        ready.server().ifPresent(server -> wire.setServerRef(refs.write(server)));
        return wire.build();
    }

    private Registrar.Ready read(Ready wire) {
        NumericFingerprint numerics = wire.getNumerics();
        RunTerms.Proof proof = new RunTerms.Proof(
                filled(wire.getDataSha256()),
                wire.hasNumerics()
                        ? Optional.of(new NumericClass(numerics.getPartsMap(), numerics.getAnswersMap()))
                        : Optional.empty());
        return new Registrar.Ready(
                proof,
                filled(wire.getWorkerRef()).map(refs::read),
                filled(wire.getServerRef()).map(refs::read),
                refs.read(wire.getAgentRef()));
    }

    private static Optional<String> filled(String text) {
        return Optional.of(text).filter(found -> !found.isEmpty());
    }

    private Report write(Registrar.Report sent) {
        MemberReport report = sent.report();
        StepClock.Spent spent = report.spent();
        return Report.newBuilder()
                .setAgentRef(refs.write(sent.agent()))
                .setUptimeNanos(report.uptimeNanos())
                .setLeasedPartitions(report.leased())
                .setPartitions(report.partitions())
                .setComputingNanos(spent.computing())
                .setWeightsNanos(spent.weights())
                .setFeaturesNanos(spent.features())
                .setGradientNanos(spent.gradient())
                .setMemoryBytes(report.memoryBytes())
                .addAllLinks(report.links().stream().map(MembershipWire::write).toList())
                .build();
    }

    private Registrar.Report read(Report wire) {
        StepClock.Spent spent = new StepClock.Spent(
                wire.getComputingNanos(), wire.getWeightsNanos(), wire.getFeaturesNanos(), wire.getGradientNanos());
        MemberReport report = new MemberReport(
                wire.getUptimeNanos(),
                wire.getLeasedPartitions(),
                wire.getPartitions(),
                spent,
                wire.getMemoryBytes(),
                wire.getLinksList().stream().map(MembershipWire::read).toList());
        return new Registrar.Report(report, refs.read(wire.getAgentRef()));
    }

    static LinkTraffic write(Link link) {
        return LinkTraffic.newBuilder()
                .setPeer(link.peer())
                .setSentBytes(link.sentBytes())
                .setReceivedBytes(link.receivedBytes())
                .setReceivingNanos(link.receivingNanos())
                .build();
    }

    static Link read(LinkTraffic wire) {
        return new Link(wire.getPeer(), wire.getSentBytes(), wire.getReceivedBytes(), wire.getReceivingNanos());
    }
}
