package io.tinyclip.calibrate;

import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.model.FloatVector;
import java.util.Optional;

/**
 * What a cut by least squares has come to.
 *
 * @param kept units that stay; of a tower that becomes narrower the first channels
 * @param vector (P,) of the layout before the cut, whose maps read nothing of the units that go, and are fitted to do without
 * @param table what token rows that are not in the vector become, where the text tower becomes narrower
 */
public record CalibratedCut(Kept kept, FloatVector vector, Optional<TableMap> table) {}
