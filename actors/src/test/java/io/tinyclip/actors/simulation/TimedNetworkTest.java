package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tinyclip.actors.simulation.TimedNetwork.Machine;
import io.tinyclip.actors.simulation.TimedNetwork.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Worked by hand: cards of 100 bytes a second, a latency of 1 s, 2 s a message, 0.5 s a fetch at either end. */
class TimedNetworkTest {
    private final TimedNetwork network = new TimedNetwork(new TimedNetwork.Costs(100, 1, 2, 0, 0.5));
    private final List<Double> times = new ArrayList<>();

    @Test
    void messageTakesBothActorsBothCardsAtOnceAndTheWay() {
        network.send(new Machine(), new Machine(), 300, this::note);
        assertEquals(List.of(2.0 + 1 + 3 + 2), run());
    }

    @Test
    void fetchIsAskedForAndServed() {
        Machine owner = new Machine();
        Machine receiver = new Machine();
        network.fetch(receiver, owner, 400, this::note);
        assertEquals(List.of(1 + 0.5 + 1 + 4 + 0.5), run());
        assertEquals(400, receiver.fetchedBytes());
        assertEquals(400, owner.servedBytes());
        assertEquals(4, owner.busy(Resource.OUT));
        assertEquals(4, receiver.busy(Resource.IN));
    }

    @Test
    void whatIsHereCostsNothing() {
        Machine machine = new Machine();
        network.fetch(machine, machine, 400, this::note);
        assertEquals(List.of(0.0), run());
        assertEquals(0, machine.fetchedBytes());
    }

    @Test
    void twoReceiversWaitForOneSendersCard() {
        Machine owner = new Machine();
        network.fetch(new Machine(), owner, 400, this::note);
        network.fetch(new Machine(), owner, 400, this::note);
        // The second leaves at 5.5, when the first has left.
        assertEquals(List.of(7.0, 5.5 + 1 + 4 + 0.5), run());
    }

    @Test
    void twoSendersWaitForOneReceiversCard() {
        Machine receiver = new Machine();
        network.fetch(receiver, new Machine(), 400, this::note);
        network.fetch(receiver, new Machine(), 400, this::note);
        // Both begin to arrive at 2.5; the card takes 4 s for each.
        assertEquals(List.of(7.0, 2.5 + 4 + 4 + 0.5), run());
    }

    private List<Double> run() {
        while (network.step()) {
            assertFalse(times.size() > 2);
        }
        return times;
    }

    private void note() {
        times.add(network.now());
    }
}
