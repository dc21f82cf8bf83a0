package io.tinyclip.actors.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a run wants done, and what it asks for until it is answered. */
final class Outbox {
    private List<RunEffect> effects = new ArrayList<>();
    private List<RunEffect> outstanding = List.of();
    private boolean progressed;

    void add(RunEffect effect) {
        effects.add(effect);
    }

    /** Asks, and has it repeated. */
    void await(List<RunEffect> requests) {
        progressed = true;
        outstanding = requests;
        effects.addAll(requests);
    }

    /** Asks for more, beside what is asked for already. */
    void awaitAlso(List<? extends RunEffect> requests) {
        progressed = true;
        outstanding = Stream.concat(outstanding.stream(), requests.stream()).toList();
        effects.addAll(requests);
    }

    /** Asks for nothing now, but has it repeated. */
    void repeatOnly(RunEffect request) {
        outstanding = List.of(request);
    }

    /** Something that was awaited came: nothing has to be repeated soon. */
    void progressed() {
        progressed = true;
    }

    /** Repeats what is not answered, if nothing has come since the last time. */
    void remind(Stream<? extends RunEffect> more) {
        if (!progressed) {
            effects.addAll(outstanding);
            more.forEach(effects::add);
        }
        progressed = false;
    }

    /** What is to be done since it was last asked. */
    List<RunEffect> take() {
        List<RunEffect> result = List.copyOf(effects);
        effects = new ArrayList<>();
        return result;
    }
}
