package io.tinyclip.files.torch;

/**
 * The instructions of pickle protocols 2 to 5 that checkpoints consist of, under the names of Python's pickletools. Left
 * out are those that nothing writes into one: the forms of older protocols, extension registries and foreign buffers.
 */
enum Opcode {
    PROTO(0x80),
    FRAME(0x95),
    STOP('.'),
    MARK('('),
    POP('0'),
    POP_MARK('1'),
    NONE('N'),
    NEWTRUE(0x88),
    NEWFALSE(0x89),
    BININT('J'),
    BININT1('K'),
    BININT2('M'),
    LONG1(0x8a),
    LONG4(0x8b),
    BINFLOAT('G'),
    BINSTRING('T'),
    SHORT_BINSTRING('U'),
    BINUNICODE('X'),
    SHORT_BINUNICODE(0x8c),
    BINUNICODE8(0x8d),
    BINBYTES('B'),
    SHORT_BINBYTES('C'),
    BINBYTES8(0x8e),
    BYTEARRAY8(0x96),
    EMPTY_LIST(']'),
    APPEND('a'),
    APPENDS('e'),
    EMPTY_TUPLE(')'),
    TUPLE('t'),
    TUPLE1(0x85),
    TUPLE2(0x86),
    TUPLE3(0x87),
    EMPTY_SET(0x8f),
    ADDITEMS(0x90),
    FROZENSET(0x91),
    EMPTY_DICT('}'),
    SETITEM('s'),
    SETITEMS('u'),
    BINGET('h'),
    LONG_BINGET('j'),
    BINPUT('q'),
    LONG_BINPUT('r'),
    MEMOIZE(0x94),
    GLOBAL('c'),
    STACK_GLOBAL(0x93),
    BINPERSID('Q'),
    REDUCE('R'),
    NEWOBJ(0x81),
    BUILD('b');

    private static final Opcode[] BY_CODE = new Opcode[1 << Byte.SIZE];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    /** The next instruction. */
    static Opcode next(PickleInput input) {
        int code = input.unsignedByte();
        Opcode opcode = BY_CODE[code];
        if (opcode == null) {
            throw input.invalid("byte 0x" + Integer.toHexString(code)
                    + " is no instruction of a checkpoint's pickle: the file is" + " damaged or no checkpoint");
        }
        return opcode;
    }
}
