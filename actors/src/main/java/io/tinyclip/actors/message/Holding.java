package io.tinyclip.actors.message;

import java.util.List;
import java.util.Optional;

/**
 * What a parameter server holds, as it tells a coordinator that has just begun to lead.
 *
 * @param assignment the shard, at the version that it is of
 * @param published where
 * @param last commit that it has applied, if any since it lives
 * @param copies numbers of the shards of the same epoch and layout whose copies it keeps
 */
public record Holding(
        ServerCommand.Assignment assignment, Published published, Optional<CommitOrder> last, List<Integer> copies) {}
