/**
 * A run's models as figures, and the table, the pictures and the report that show them. It decides what is asked of a model
 * that is finished, and how its speed is taken. It must not know how a model was trained, nor when: it is handed models and
 * records. Open {@link io.tinyclip.cluster.result.Judge} first, then {@link io.tinyclip.cluster.result.Results}.
 */
package io.tinyclip.cluster.result;
