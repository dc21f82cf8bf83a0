package io.tinyclip.actors.run;

import io.tinyclip.checkpoint.RangeFile;
import java.util.List;

/** A checkpoint whose ranges are durable, and that lacks its manifest. @param digest of the run's state */
public record CheckpointFiles(String digest, List<RangeFile> files) {}
