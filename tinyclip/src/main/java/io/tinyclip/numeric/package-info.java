/** Whether two machines compute the same bits: a known question, its answers, and what they depend on. */
package io.tinyclip.numeric;
