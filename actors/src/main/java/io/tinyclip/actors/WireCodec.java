package io.tinyclip.actors;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.Function;

/**
 * How one kind of message travels.
 *
 * @param manifest its name on the wire, never used again for another
 */
record WireCodec<T, P extends MessageLite>(
        String manifest, Class<T> type, Function<T, P> write, Parser<P> parser, Function<P, T> read) {
    byte[] toBytes(Object message) {
        return write.apply(type.cast(message)).toByteArray();
    }

    T fromBytes(byte[] bytes) throws InvalidProtocolBufferException {
        return read.apply(parser.parseFrom(bytes));
    }
}
