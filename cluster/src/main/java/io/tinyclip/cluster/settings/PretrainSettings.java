package io.tinyclip.cluster.settings;

import io.tinyclip.model.ModelShape;

/** Training from scratch: how long, and of which model. */
public record PretrainSettings(int steps, ModelShape model) {}
