package io.tinyclip.files.torch;

import io.tinyclip.files.torch.Value.Global;
import io.tinyclip.files.torch.Value.Mapping;
import io.tinyclip.files.torch.Value.Opaque;
import io.tinyclip.files.torch.Value.Plain;
import io.tinyclip.files.torch.Value.Sequence;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The machine that a pickle is a program for: a stack of values with marks in it, and a memo of values to use again. It
 * does not recurse, and an instruction that copies a container counts for each of its items, so the bound on instructions
 * bounds stack, memo and containers too.
 */
final class Pickle {
    /** A checkpoint with optimizer has some 30 for each of a few thousand tensors. */
    private static final int MOST_INSTRUCTIONS = 1 << 20;

    private static final int OLDEST_PROTOCOL = 2;
    private static final int NEWEST_PROTOCOL = 5;

    /** Python's numbers have no bound; those of a checkpoint have 64 bits, its magic number 80. */
    private static final int LONGEST_NUMBER = 128;

    private static final Value NOTHING = new Opaque();

    private final PickleInput input;
    private final Globals globals;
    private final List<Value> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, Value> memo = new HashMap<>();
    private int instructions;

    private Pickle(PickleInput input, Globals globals) {
        this.input = input;
        this.globals = globals;
    }

    /**
     * What the next pickle of the input builds.
     *
     * @throws io.tinyclip.model.InvalidInputException if it is damaged, names a class that is not of the list or is larger
     *     than any checkpoint's
     */
    static Value load(PickleInput input, Globals globals) {
        Pickle machine = new Pickle(input, globals);
        for (Opcode opcode = Opcode.next(input); opcode != Opcode.STOP; opcode = Opcode.next(input)) {
            machine.count(1);
            machine.perform(opcode);
        }
        return machine.pop();
    }

    private void count(int more) {
        instructions += more;
        if (instructions > MOST_INSTRUCTIONS) {
            throw input.invalid("the pickle has more than " + MOST_INSTRUCTIONS
                    + " instructions; load it in PyTorch and save the state dict alone");
        }
    }

    private void perform(Opcode opcode) {
        switch (opcode) {
            case PROTO -> requireProtocol();
            case FRAME -> input.skip(Long.BYTES);
            case MARK -> marks.push(stack.size());
            case POP -> popValueOrMark();
            case POP_MARK -> popToMark();
            case NONE -> push(NOTHING);
            case NEWTRUE, NEWFALSE -> push(new Plain(opcode == Opcode.NEWTRUE));
            case BININT, BININT1, BININT2, LONG1, LONG4 -> push(whole(opcode));
            case BINFLOAT -> push(new Plain(input.bigEndianDouble()));
            case BINSTRING, SHORT_BINSTRING, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8 -> push(text(opcode));
            case BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8 -> skipBytes(opcode);
            case EMPTY_LIST, EMPTY_TUPLE, EMPTY_SET -> push(new Sequence());
            case TUPLE, FROZENSET -> push(new Sequence(popToMark()));
            case TUPLE1 -> push(new Sequence(popLast(1)));
            case TUPLE2 -> push(new Sequence(popLast(2)));
            case TUPLE3 -> push(new Sequence(popLast(3)));
            case APPEND -> append(popLast(1));
            case APPENDS, ADDITEMS -> append(popToMark());
            case EMPTY_DICT -> push(new Mapping("dict"));
            case SETITEM -> set(popLast(2));
            case SETITEMS -> set(popToMark());
            case BINGET -> push(remembered(input.unsignedByte()));
            case LONG_BINGET -> push(remembered(input.unsignedInt()));
            case BINPUT -> memo.put((long) input.unsignedByte(), peek());
            case LONG_BINPUT -> memo.put(input.unsignedInt(), peek());
            case MEMOIZE -> memo.put((long) memo.size(), peek());
            case GLOBAL -> push(globals.named(input.line() + "." + input.line(), input));
            case STACK_GLOBAL -> pushNamed(popLast(2));
            case BINPERSID -> push(globals.storage(pop(), input));
            case REDUCE -> call();
            case NEWOBJ -> makeObject();
            case BUILD -> giveAttributes(pop());
            case STOP -> throw new IllegalStateException("the end of a pickle is no instruction to perform");
        }
    }

    private void requireProtocol() {
        int protocol = input.unsignedByte();
        if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
            throw input.invalid("expected a pickle of protocol " + OLDEST_PROTOCOL + " to " + NEWEST_PROTOCOL
                    + ", found " + protocol);
        }
    }

    private Value whole(Opcode opcode) {
        return switch (opcode) {
            case BININT1 -> new Plain((long) input.unsignedByte());
            case BININT2 -> new Plain((long) input.unsignedShort());
            case BININT -> new Plain((long) input.signedInt());
            case LONG1 -> binary(input.unsignedByte());
            default -> binary(input.unsignedInt());
        };
    }

    /** Two's complement, lowest byte first. */
    private Value binary(long count) {
        if (count > LONGEST_NUMBER) {
            throw input.invalid(
                    "a number has " + count + " bytes, expected at most " + LONGEST_NUMBER + ": the file is damaged");
        }
        byte[] digits = input.bytes(count);
        byte[] highestFirst = new byte[digits.length + 1];
        highestFirst[0] = (byte) (digits.length > 0 && digits[digits.length - 1] < 0 ? -1 : 0);
        for (int i = 0; i < digits.length; i++) {
            highestFirst[digits.length - i] = digits[i];
        }
        BigInteger number = new BigInteger(highestFirst);
        return number.bitLength() < Long.SIZE ? new Plain(number.longValue()) : NOTHING;
    }

    private Value text(Opcode opcode) {
        return new Plain(input.text(length(opcode)));
    }

    private void skipBytes(Opcode opcode) {
        input.skip(length(opcode));
        push(NOTHING);
    }

    private long length(Opcode opcode) {
        return switch (opcode) {
            case SHORT_BINSTRING, SHORT_BINUNICODE, SHORT_BINBYTES -> input.unsignedByte();
            case BINUNICODE8, BINBYTES8, BYTEARRAY8 -> input.signedLong();
            default -> input.unsignedInt();
        };
    }

    private void append(List<Value> items) {
        if (!(peek() instanceof Sequence sequence)) {
            throw misused("a list");
        }
        sequence.items().addAll(items);
    }

    private void set(List<Value> keysAndValues) {
        if (!(peek() instanceof Mapping mapping) || keysAndValues.size() % 2 != 0) {
            throw misused("a dict, and a value for every key");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            mapping.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private Value remembered(long index) {
        Value value = memo.get(index);
        if (value == null) {
            throw input.invalid("nothing was remembered under [" + index + "]: the file is damaged");
        }
        return value;
    }

    private void pushNamed(List<Value> moduleAndName) {
        if (!(moduleAndName.get(0) instanceof Plain module) || !(moduleAndName.get(1) instanceof Plain name)) {
            throw misused("the name of a class");
        }
        push(globals.named(module.value() + "." + name.value(), input));
    }

    private void call() {
        List<Value> parts = popLast(2);
        if (!(parts.get(0) instanceof Global function) || !(parts.get(1) instanceof Sequence arguments)) {
            throw misused("a function and its arguments");
        }
        arguments
                .items()
                .forEach(argument -> count(
                        argument instanceof Sequence copied ? copied.items().size() : 0));
        push(globals.call(function, arguments.items(), input));
    }

    private void makeObject() {
        List<Value> parts = popLast(2);
        if (!(parts.get(0) instanceof Global type) || !(parts.get(1) instanceof Sequence)) {
            throw misused("a class and its arguments");
        }
        push(globals.object(type, input));
    }

    private void giveAttributes(Value state) {
        if (peek() instanceof Mapping object
                && globals.isObject(object.kind())
                && state instanceof Mapping attributes) {
            count(attributes.items().size());
            object.items().putAll(attributes.items());
        }
    }

    private void push(Value value) {
        stack.add(value);
    }

    private Value pop() {
        return popLast(1).get(0);
    }

    private Value peek() {
        requireAboveMark(1);
        return stack.get(stack.size() - 1);
    }

    private void popValueOrMark() {
        if (!marks.isEmpty() && marks.element() == stack.size()) {
            marks.pop();
        } else {
            pop();
        }
    }

    private List<Value> popToMark() {
        if (marks.isEmpty()) {
            throw misused("a mark");
        }
        return cut(marks.pop());
    }

    private List<Value> popLast(int count) {
        requireAboveMark(count);
        return cut(stack.size() - count);
    }

    private List<Value> cut(int from) {
        List<Value> tail = stack.subList(from, stack.size());
        List<Value> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private void requireAboveMark(int count) {
        int mark = marks.isEmpty() ? 0 : marks.element();
        if (stack.size() - mark < count) {
            throw misused(count + " values since the last mark");
        }
    }

    private RuntimeException misused(String expected) {
        return input.invalid("expected " + expected + " on the stack, found something else: the file is damaged");
    }
}
