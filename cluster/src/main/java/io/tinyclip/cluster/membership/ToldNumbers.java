package io.tinyclip.cluster.membership;

import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Link;
import io.tinyclip.cluster.board.MachineNumbers;
import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A lent machine's numbers, where its settings want them told. It does not wait for that, nor fail because of it. */
final class ToldNumbers implements AutoCloseable {
    private final Optional<MachineNumbers> numbers;

    private ToldNumbers(Optional<MachineNumbers> numbers) {
        this.numbers = numbers;
    }

    /** How the machine takes part now; it may do so more than once. */
    static final class Now implements MachineNumbers.Lent {
        private volatile Optional<Part> part = Optional.empty();

        private record Part(ClusterSystem system, DataPlane plane) {}

        void takesPart(ClusterSystem system, DataPlane plane) {
            part = Optional.of(new Part(system, plane));
        }

        void takesPartNoMore() {
            part = Optional.empty();
        }

        @Override
        public boolean isIn() {
            return part.filter(now -> Readiness.isIn(Cluster.get(Adapter.toClassic(now.system.system()))))
                    .isPresent();
        }

        @Override
        public List<Link> links() {
            return part.map(now -> now.plane.links()).orElse(List.of());
        }
    }

    /** @param say gets the address, or a line that says why there is none */
    static ToldNumbers of(HttpPlace place, Now now, Consumer<String> say) {
        if (!place.enabled()) {
            return new ToldNumbers(Optional.empty());
        }
        try {
            MachineNumbers numbers = MachineNumbers.open(place, now);
            say.accept("numbers for Prometheus: " + numbers.address());
            return new ToldNumbers(Optional.of(numbers));
        } catch (InvalidInputException e) {
            say.accept("no numbers for Prometheus: " + e.getMessage());
            return new ToldNumbers(Optional.empty());
        }
    }

    @Override
    public void close() {
        numbers.ifPresent(MachineNumbers::close);
    }
}
