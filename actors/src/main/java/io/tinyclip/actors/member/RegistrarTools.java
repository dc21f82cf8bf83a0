package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.gate.Rejections;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.plan.RunPlan;
import java.util.function.Consumer;

/**
 * What a registrar works with.
 *
 * @param term of the coordinator; a later one's is higher
 * @param plane of this machine, which tells of its links
 * @param rejections what nobody may say who said it
 * @param unusable hears, in one line, why no machine can go on with the run
 */
public record RegistrarTools(
        RunTerms terms,
        long term,
        RunPlan plan,
        DataPlane plane,
        ActorRef<CoordinatorCommand> coordinator,
        MembershipListener listener,
        Rejections rejections,
        Consumer<String> unusable) {}
