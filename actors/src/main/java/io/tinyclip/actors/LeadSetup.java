package io.tinyclip.actors;

import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.MembershipListener;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.run.RunListener;

/**
 * What leading takes.
 *
 * @param setup of the run; {@code workers} and {@code servers} are how many it waits for before it begins
 * @param plane of this machine
 * @param listener hears of every step and stage
 * @param terms what machines that join must agree on
 * @param membership hears of machines that come and go
 */
public record LeadSetup(
        RunSetup setup, DataPlane plane, RunListener listener, RunTerms terms, MembershipListener membership) {}
