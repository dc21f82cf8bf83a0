package io.tinyclip.actors.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** By what numbers a coordinator calls members: who seemed to be lost and is back has the same one, as in lead.Roster. */
final class SimulatedRoster<T extends SimulatedProcess> {
    private final List<T> members = new ArrayList<>();
    private final List<T> present = new ArrayList<>();

    /** @return its number, unless it is here already */
    OptionalInt join(T member) {
        if (present.contains(member)) {
            return OptionalInt.empty();
        }
        if (!members.contains(member)) {
            members.add(member);
        }
        present.add(member);
        return OptionalInt.of(members.indexOf(member));
    }

    /** @return its number, if it was here */
    OptionalInt lose(SimulatedProcess member) {
        OptionalInt number = number(member);
        present.removeIf(it -> it == member);
        return number;
    }

    OptionalInt number(SimulatedProcess member) {
        return has(member) ? OptionalInt.of(members.indexOf(member)) : OptionalInt.empty();
    }

    boolean has(SimulatedProcess member) {
        return present.stream().anyMatch(it -> it == member);
    }

    T get(int number) {
        return members.get(number);
    }

    /** All whom it has ever known, by number. */
    List<T> all() {
        return members;
    }
}
