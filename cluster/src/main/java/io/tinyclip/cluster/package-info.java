/** The program that a user starts. */
package io.tinyclip.cluster;
