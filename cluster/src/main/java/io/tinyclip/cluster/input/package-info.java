/** What a run begins with: pairs, teachers and the student's first weights, checked against each other. */
package io.tinyclip.cluster.input;
