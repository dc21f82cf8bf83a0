/** Bulk data between actors: announced by a message, fetched by the receiver. */
package io.tinyclip.actors.plane;
