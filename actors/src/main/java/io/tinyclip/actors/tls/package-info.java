/**
 * Who may speak to whom: certificates of a run's own authority, the roles that they name, and TLS made of PEM files that may be
 * replaced at any time. Must not know what is said over a connection, nor any actor. Open {@code RunTls} first.
 */
package io.tinyclip.actors.tls;
