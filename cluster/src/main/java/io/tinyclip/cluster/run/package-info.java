/** One run or pretraining from its folder to its report, and where its actors live. */
package io.tinyclip.cluster.run;
