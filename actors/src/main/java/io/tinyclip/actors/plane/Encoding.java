package io.tinyclip.actors.plane;

import io.tinyclip.files.tensors.Float16;
import io.tinyclip.rounding.Rounding;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * How published floats travel. The publisher has rounded them to what the encoding holds, so that whoever fetches them
 * has the publisher's own bits. Nobody checks that: other values are cut (BF16) or rounded (FP16) on the way.
 */
public enum Encoding {
    FP32(0, 4) {
        @Override
        void write(FloatBuffer values, int from, int count, ByteBuffer target) {
            target.asFloatBuffer().put(0, values, from, count);
        }

        @Override
        public void read(ByteBuffer source, int count, FloatBuffer target, int at) {
            target.put(at, source.asFloatBuffer(), 0, count);
            source.position(source.position() + count * bytes());
        }
    },
    BF16(1, 2) {
        @Override
        void write(FloatBuffer values, int from, int count, ByteBuffer target) {
            for (int i = 0; i < count; i++) {
                target.putShort((short) (Float.floatToRawIntBits(values.get(from + i)) >>> Short.SIZE));
            }
        }

        @Override
        public void read(ByteBuffer source, int count, FloatBuffer target, int at) {
            for (int i = 0; i < count; i++) {
                target.put(at + i, Float.intBitsToFloat(source.getShort() << Short.SIZE));
            }
        }
    },
    FP16(2, 2) {
        @Override
        void write(FloatBuffer values, int from, int count, ByteBuffer target) {
            for (int i = 0; i < count; i++) {
                target.putShort(Float16.fromFloat(values.get(from + i)));
            }
        }

        @Override
        public void read(ByteBuffer source, int count, FloatBuffer target, int at) {
            for (int i = 0; i < count; i++) {
                target.put(at + i, Float16.toFloat(source.getShort()));
            }
        }
    };

    private final int code;
    private final int bytes;

    Encoding(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The encoding of values that were rounded so. */
    public static Encoding of(Rounding rounding) {
        return switch (rounding) {
            case FP32 -> FP32;
            case BF16 -> BF16;
            case FP16 -> FP16;
        };
    }

    /** Bytes of one float on the wire. */
    public int bytes() {
        return bytes;
    }

    /** Stands for the encoding on the wire. */
    public int code() {
        return code;
    }

    public static Encoding of(int code) {
        return Arrays.stream(values())
                .filter(encoding -> encoding.code == code)
                .findFirst()
                .orElseThrow(() -> new BadFrameException("unknown encoding " + code));
    }

    /**
     * Writes {@code count} floats that start at {@code from}.
     *
     * @param target little-endian, from its position; whether that moves is left open
     */
    abstract void write(FloatBuffer values, int from, int count, ByteBuffer target);

    /**
     * Reads {@code count} floats into {@code target} from index {@code at} on.
     *
     * @param source little-endian; its position moves behind the floats
     */
    public abstract void read(ByteBuffer source, int count, FloatBuffer target, int at);
}
