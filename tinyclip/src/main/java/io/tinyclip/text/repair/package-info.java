/**
 * Text that was decoded wrongly made right again, as ftfy does before CLIP tokenizes. Decides which texts are unlikely to
 * have been meant, and which repair is tried.
 *
 * <p>Must not know tokens. Open {@code TextRepair} first.
 */
package io.tinyclip.text.repair;
