package io.tinyclip.calibrate;

import io.tinyclip.inherit.Kept;
import io.tinyclip.model.FloatVector;

/**
 * What a cut by least squares has come to.
 *
 * @param kept units that stay
 * @param vector (P,) of the layout before the cut, whose maps read nothing of the units that go, and are fitted to do without
 */
public record CalibratedCut(Kept kept, FloatVector vector) {}
