package io.tinyclip.actors.run;

import io.tinyclip.actors.patience.ServerPatience;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Parameter servers that live, and do not do what others of them have done long since. */
final class HungServers {
    /** A sum that does not arrive may be its worker's fault: its partitions change hands first. */
    private static final int DEADLINES_OF_A_SUM = 4;

    private static final int DEADLINES_OF_A_COMMIT = 2;

    private final Standing at;
    private final Moving moving;
    private final Copying copying;
    private final Stepping stepping;
    private final ServerPatience patience = new ServerPatience();

    HungServers(Standing at, Moving moving, Copying copying, Stepping stepping) {
        this.at = at;
        this.moving = moving;
        this.copying = copying;
        this.stepping = stepping;
    }

    /** All servers have answered all that was asked of them. */
    void committed() {
        patience.committed();
    }

    /** @return those that are to be taken for gone, and started anew */
    List<Integer> take() {
        List<Integer> hung = patience.hung(waits(), at.nowNanos());
        String awaited = at.is(RunMode.STEPPING) ? "its sum" : at.mode().awaited();
        hung.forEach(server -> at.effects().add(new RunEffect.Restart(server, awaited)));
        return hung;
    }

    private ServerPatience.Wait waits() {
        List<Integer> holders = moving.map().servers();
        List<Integer> all = IntStream.range(0, holders.size())
                .map(shard -> copying.keeperInPlace(shard).orElse(holders.get(shard)))
                .boxed()
                .toList();
        IntPredicate missing =
                switch (at.mode()) {
                    case LOADING, COMMITTING, GATHERING -> shard -> !at.hasAnswered(shard);
                    case STEPPING -> shard -> owesItsSum(shard) || copying.waitsFor(all.get(shard));
                    case CUTTING ->
                        shard -> all.get(shard)
                                == moving.map().serverWithMasks(at.position().layout());
                    case RESTORING -> shard -> copying.waitsFor(all.get(shard));
                    case RECALLING, WAITING, SEALING, TELLING, CALIBRATING, ENDED -> shard -> false;
                };
        boolean bytes = at.is(RunMode.LOADING) || at.is(RunMode.GATHERING) || at.is(RunMode.RESTORING);
        StepTimes times = stepping.times();
        int deadlines = at.is(RunMode.COMMITTING) ? DEADLINES_OF_A_COMMIT : DEADLINES_OF_A_SUM;
        return new ServerPatience.Wait(
                List.of(at.mode(), at.stamp()),
                all,
                IntStream.range(0, all.size())
                        .filter(missing)
                        .mapToObj(all::get)
                        .distinct()
                        .toList(),
                bytes ? times.longWaitNanos() : deadlines * times.usualNanos(),
                bytes);
    }

    /** Whoever waits for the keeper of its copy, which owes its own sum as well, is not to blame. */
    private boolean owesItsSum(int shard) {
        OptionalInt keeper = moving.map().keepers().get(shard);
        boolean waitsForKeeper =
                keeper.isPresent() && owes(moving.map().servers().indexOf(keeper.getAsInt()));
        return owes(shard) && !waitsForKeeper;
    }

    private boolean owes(int shard) {
        return !stepping.isReducedOrWaits(shard);
    }
}
