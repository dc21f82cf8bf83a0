/**
 * How records travel as protobuf: derived, when the serializer is made, from the records and the messages of their
 * names. The only package that knows generated types. Must not know what a message means. Open {@code WireSerializer}
 * first, then {@code WireSchema} for the rules by which a record and its message must agree.
 */
package io.tinyclip.actors.wire;
