package io.tinyclip.actors.simulation;

import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.run.RunEffect;
import io.tinyclip.actors.run.RunEffectHandler;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** What a simulated coordinator asks of its servers: see {@link io.tinyclip.actors.lead.Coordinator}'s requests. */
abstract class SimulatedRequests extends SimulatedProcess implements RunEffectHandler {
    private final SimulatedNetwork network;
    private final SimulatedRoster<SimulatedShard> servers = new SimulatedRoster<>();

    SimulatedRequests(SimulatedNetwork network) {
        this.network = network;
    }

    /** Who hears the answers. */
    abstract SimulatedCoordinator self();

    final SimulatedRoster<SimulatedShard> servers() {
        return servers;
    }

    @Override
    public void loadShards(RunEffect.LoadShards load) {
        for (int i = 0; i < load.servers().size(); i++) {
            int shard = i;
            toServer("load", load.servers().get(i), it -> it.onLoad(self(), load, shard));
        }
    }

    @Override
    public void sendReduce(RunEffect.SendReduce reduce) {
        for (int shard = 0; shard < reduce.map().size(); shard++) {
            OptionalInt keeper = reduce.map().keepers().get(shard);
            Optional<SimulatedShard> kept =
                    keeper.isPresent() ? Optional.of(servers.get(keeper.getAsInt())) : Optional.empty();
            int to = reduce.map().servers().get(shard);
            SimulatedShard told = servers.get(to);
            LeaseTable leases = reduce.leases().shownBy(worker -> told.token(self(), worker));
            toServer("reduce", to, server -> server.onReduce(self(), reduce, leases, kept));
        }
    }

    @Override
    public void keepCopies(RunEffect.KeepCopies keep) {
        for (int shard : keep.shards()) {
            int keeper = keep.map().keepers().get(shard).orElseThrow();
            toServer("keep " + shard, keeper, server -> server.onKeep(self(), keep, shard));
        }
    }

    @Override
    public void standIn(RunEffect.StandIn standIn) {
        toServer("stand in for " + standIn.shard(), standIn.keeper(), server -> server.onStandIn(self(), standIn));
    }

    @Override
    public void survey(RunEffect.Survey survey) {
        toServer("survey", survey.server(), server -> server.onSurvey(self(), survey.stamp()));
    }

    @Override
    public void freeShards(RunEffect.FreeShards free) {
        free.servers().forEach(it -> toServer("free", it, server -> server.onFree(self(), free.stamp())));
    }

    @Override
    public void sendCommit(RunEffect.SendCommit commit) {
        commit.servers().forEach(it -> toServer("commit", it, server -> server.onCommit(self(), commit.order())));
    }

    @Override
    public void askCut(RunEffect.AskCut cut) {
        toServer("ask for the cut", cut.server(), server -> server.onDecide(self(), cut.stamp()));
    }

    @Override
    public void sendGather(RunEffect.SendGather gather) {
        gather.map().servers().forEach(it -> toServer("gather", it, server -> server.onGather(self(), gather)));
    }

    private void toServer(String what, int server, Consumer<SimulatedShard> message) {
        SimulatedShard to = servers.get(server);
        network.send(what + " to " + to, this, to, () -> message.accept(to));
    }
}
