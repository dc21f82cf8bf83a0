package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the first thing about a message that is out of bounds. */
public final class Check {
    /** Letters of what is shown to people, or compared; the settings of a run have more. */
    static final int MOST_LETTERS = 4096;

    private static final int MOST_KEY_LETTERS = 1100;
    private static final double ROUNDED = 1e-3;

    private Optional<String> wrong = Optional.empty();

    public Optional<String> wrong() {
        return wrong;
    }

    public Check that(boolean holds, String otherwise) {
        if (wrong.isEmpty() && !holds) {
            wrong = Optional.of(otherwise);
        }
        return this;
    }

    /** @param most the bound itself is allowed */
    public Check within(String what, long value, long least, long most) {
        return that(least <= value && value <= most, what + " [" + value + "] is not from " + least + " to " + most);
    }

    /** Of sums that are rounded. */
    Check share(String what, double value) {
        return that(value >= -ROUNDED && value <= 1 + ROUNDED, what + " [" + value + "] is not from 0 to 1");
    }

    public Check size(String what, List<?> list, int most) {
        return that(list.size() <= most, list.size() + " " + what + ", more than " + most);
    }

    public Check text(String what, String text) {
        return text(what, text, MOST_LETTERS);
    }

    public Check text(String what, String text, int most) {
        return that(text.length() <= most, what + " of " + text.length() + " letters, more than " + most)
                .that(text.chars().noneMatch(Character::isISOControl), what + " has control characters");
    }

    /** @param floats that it is to have */
    Check handle(String what, Handle handle, long floats) {
        return handle(what, handle)
                .that(handle.length() == floats, what + " of [" + handle.length() + "] floats, not of " + floats);
    }

    Check handle(String what, Handle handle) {
        return within("the length of " + what, handle.length(), 0, Integer.MAX_VALUE)
                .text("the key of " + what, handle.key(), MOST_KEY_LETTERS)
                .text("the address of " + what, handle.address());
    }

    public <T> Check each(List<T> all, Consumer<T> check) {
        for (T one : all) {
            if (wrong.isEmpty()) {
                check.accept(one);
            }
        }
        return this;
    }

    /** Where there is nothing wrong so far. */
    public Check then(Runnable further) {
        if (wrong.isEmpty()) {
            further.run();
        }
        return this;
    }

    /** What is only known to fit once it is tried. @param fits has no effect but that it throws */
    Check fits(String what, Runnable fits) {
        if (wrong.isEmpty()) {
            try {
                fits.run();
            } catch (IllegalArgumentException
                    | IllegalStateException
                    | IndexOutOfBoundsException
                    | ArithmeticException e) {
                wrong = Optional.of(what + " does not fit: " + e.getMessage());
            }
        }
        return this;
    }

    /** @param at that the stamp's version is to be one step after, in its epoch */
    Check follows(Stamp stamp, Stamp at) {
        return that(
                stamp.epoch() == at.epoch()
                        && stamp.cursor().stage() == at.cursor().stage()
                        && stamp.cursor().phase() == at.cursor().phase()
                        && stamp.cursor().step() == at.cursor().step() + 1
                        && stamp.layout().equals(at.layout()),
                "a version [" + stamp.key() + "] is not one step after [" + at.key() + "]");
    }
}
