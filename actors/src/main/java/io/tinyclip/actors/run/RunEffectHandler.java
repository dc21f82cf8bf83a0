package io.tinyclip.actors.run;

/** Performs effects: a new one does not compile before all who perform any perform it, too. */
public interface RunEffectHandler {
    void recall(RunEffect.Recall it);

    void releaseOrigin(RunEffect.ReleaseOrigin it);

    void survey(RunEffect.Survey it);

    void loadShards(RunEffect.LoadShards it);

    void sendStep(RunEffect.SendStep it);

    void sendReduce(RunEffect.SendReduce it);

    void keepCopies(RunEffect.KeepCopies it);

    void standIn(RunEffect.StandIn it);

    void freeShards(RunEffect.FreeShards it);

    void sendCommit(RunEffect.SendCommit it);

    void askCut(RunEffect.AskCut it);

    void calibrate(RunEffect.Calibrate it);

    void sendGather(RunEffect.SendGather it);

    void writeCheckpoint(RunEffect.WriteCheckpoint it);

    void sealCheckpoint(RunEffect.SealCheckpoint it);

    void pinShards(RunEffect.PinShards it);

    void tellStarted(RunEffect.TellStarted it);

    void tellStep(RunEffect.TellStep it);

    void tellStage(RunEffect.TellStage it);

    void releaseWorker(RunEffect.ReleaseWorker it);

    void releaseServer(RunEffect.ReleaseServer it);

    void expel(RunEffect.Expel it);

    void restart(RunEffect.Restart it);

    void say(RunEffect.Say it);

    void finish(RunEffect.Finish it);

    void fail(RunEffect.Fail it);
}
