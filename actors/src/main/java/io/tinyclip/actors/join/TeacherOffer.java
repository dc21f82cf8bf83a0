package io.tinyclip.actors.join;

import io.tinyclip.actors.plane.Handle;

/**
 * A model to mimic, as it is offered to machines that join.
 *
 * @param description shape and preprocessing as JSON
 * @param hash SHA-256 of the model's content, in hex
 * @param vector (P,) of the model's own layout
 */
public record TeacherOffer(String description, String hash, Handle vector) {}
