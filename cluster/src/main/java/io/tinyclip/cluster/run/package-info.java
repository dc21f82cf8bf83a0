/** One run or pretraining from its folder to its report: what is recorded, shown and written, and how it stops. */
package io.tinyclip.cluster.run;
