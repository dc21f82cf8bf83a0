package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import io.tinyclip.actors.run.RunState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The actors of one kind that have ever joined, by the numbers that {@link RunState} knows them by. */
final class Roster<T> {
    private final ActorRefResolver resolver;
    private final List<ActorRef<T>> members = new ArrayList<>();
    private final Set<Integer> left = new HashSet<>();
    private final Map<Integer, ActorRef<Coordinator.Released>> leaving = new HashMap<>();

    Roster(ActorRefResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * What was leased to a member that is back, after it seemed to be gone, it still has and may answer for: so it keeps its
     * number.
     *
     * @return its number, if it is new, or back after it had left
     */
    OptionalInt join(ActorRef<T> member) {
        int known = members.indexOf(member);
        if (known >= 0) {
            return left.remove(known) ? OptionalInt.of(known) : OptionalInt.empty();
        }
        members.add(member);
        return OptionalInt.of(members.size() - 1);
    }

    /** @return the number that it had, if it had joined; nothing is known of it from now on */
    OptionalInt leave(ActorRef<T> member) {
        OptionalInt number = number(member);
        number.ifPresent(left::add);
        return number;
    }

    /** Its number, if it has joined and not left. */
    OptionalInt number(ActorRef<T> member) {
        int known = members.indexOf(member);
        return known < 0 || left.contains(known) ? OptionalInt.empty() : OptionalInt.of(known);
    }

    /** How many have ever joined; their numbers are lower. */
    int size() {
        return members.size();
    }

    ActorRef<T> get(int number) {
        return members.get(number);
    }

    /** Its address for people, without what nobody may know of it and what tells two lives of the same address apart. */
    String name(int number) {
        return resolver.toSerializationFormat(members.get(number))
                .replaceFirst("#-?\\d+$", "")
                .replaceAll("-[0-9a-f]{32}", "");
    }

    /** @param replyTo hears when it may go. @return its number; one that never joined gets one, and is not missed */
    int leaving(ActorRef<T> member, ActorRef<Coordinator.Released> replyTo) {
        int number = join(member).orElseGet(() -> members.indexOf(member));
        leaving.put(number, replyTo);
        return number;
    }

    void release(int number) {
        Optional.<ActorRef<Coordinator.Released>>ofNullable(leaving.get(number))
                .ifPresent(replyTo -> replyTo.tell(new Coordinator.Released(members.get(number))));
    }

    List<ActorRef<T>> all(List<Integer> numbers) {
        return numbers.stream().map(members::get).toList();
    }
}
