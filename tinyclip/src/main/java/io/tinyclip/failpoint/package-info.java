/**
 * Places in the program at which a test may make it end, stand still or fail, to see that a run bears a death at exactly that
 * moment. It decides when one is due. It must not know anything else; nor does it do anything unless an environment variable of
 * the process asks for it. Open {@link io.tinyclip.failpoint.Failpoint} first.
 */
package io.tinyclip.failpoint;
