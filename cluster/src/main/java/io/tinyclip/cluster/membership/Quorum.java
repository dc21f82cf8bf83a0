package io.tinyclip.cluster.membership;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.plan.Cursor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Tells whoever watches a run that has not begun which machines it still waits for. */
final class Quorum {
    private final int workers;
    private final int servers;
    private final Consumer<String> say;
    private final Map<String, Set<MemberRole>> present = new LinkedHashMap<>();
    private boolean complete;

    /**
     * @param workers that the run waits for before it begins
     * @param servers that the run waits for before it begins
     * @param say takes one line
     */
    Quorum(int workers, int servers, Consumer<String> say) {
        this.workers = workers;
        this.servers = servers;
        this.say = say;
        tell();
    }

    synchronized void admitted(Set<MemberRole> roles, String address) {
        present.put(address, roles);
        tell();
    }

    synchronized void left(String address) {
        if (present.remove(address) != null) {
            tell();
        }
    }

    /** The same listener, but that once the run has begun nothing more is said: it goes on with whoever is there. */
    RunListener hearing(RunListener listener) {
        return new RunListener() {
            @Override
            public OptionalLong told() {
                return listener.told();
            }

            @Override
            public void started(Cursor cursor) {
                begun();
                listener.started(cursor);
            }

            @Override
            public void masks(Cursor cursor, MaskShares shares) {
                listener.masks(cursor, shares);
            }

            @Override
            public void happened(RunEvent event, String text) {
                listener.happened(event, text);
            }

            @Override
            public void stepCommitted(StepCommitted step) {
                listener.stepCommitted(step);
            }

            @Override
            public void judges(Judges judges) {
                listener.judges(judges);
            }

            @Override
            public CompletionStage<Void> stepJudged(StageFinished student) {
                return listener.stepJudged(student);
            }

            @Override
            public CompletionStage<Void> stageFinished(StageFinished stage) {
                return listener.stageFinished(stage);
            }
        };
    }

    private synchronized void begun() {
        complete = true;
    }

    private void tell() {
        long computing = count(MemberRole.WORKER);
        long holding = count(MemberRole.SERVER);
        if (complete) {
            return;
        }
        complete = computing >= workers && holding >= servers;
        say.accept(
                complete
                        ? "all machines that the run waits for are here"
                        : "waiting for machines: " + computing + " of " + workers + " workers (tinyclip.workers), "
                                + holding + " of " + servers + " servers (tinyclip.servers)");
    }

    private long count(MemberRole role) {
        return present.values().stream().filter(roles -> roles.contains(role)).count();
    }
}
