package io.tinyclip.actors.simulation;

import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunEffectHandler;

/** What a run may want done, but two steps do not need in which nobody comes, goes or fails: nothing is done. */
abstract class TwoQuietSteps implements RunEffectHandler {
    @Override
    public void recall(RunEffect.Recall it) {}

    @Override
    public void releaseOrigin(RunEffect.ReleaseOrigin it) {}

    @Override
    public void survey(RunEffect.Survey it) {}

    @Override
    public void keepCopies(RunEffect.KeepCopies it) {}

    @Override
    public void standIn(RunEffect.StandIn it) {}

    @Override
    public void freeShards(RunEffect.FreeShards it) {}

    @Override
    public void askCut(RunEffect.AskCut it) {}

    @Override
    public void calibrate(RunEffect.Calibrate it) {}

    @Override
    public void sendGather(RunEffect.SendGather it) {}

    @Override
    public void writeCheckpoint(RunEffect.WriteCheckpoint it) {}

    @Override
    public void pinShards(RunEffect.PinShards it) {}

    @Override
    public void sealCheckpoint(RunEffect.SealCheckpoint it) {}

    @Override
    public void tellStarted(RunEffect.TellStarted it) {}

    @Override
    public void tellStage(RunEffect.TellStage it) {}

    @Override
    public void releaseWorker(RunEffect.ReleaseWorker it) {}

    @Override
    public void releaseServer(RunEffect.ReleaseServer it) {}

    @Override
    public void expel(RunEffect.Expel it) {}

    @Override
    public void restart(RunEffect.Restart it) {}

    @Override
    public void say(RunEffect.Say it) {}

    @Override
    public void finish(RunEffect.Finish it) {}

    @Override
    public void fail(RunEffect.Fail it) {}
}
