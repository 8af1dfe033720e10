/**
 * The scores: which of the nodes that may take an instance is the best. Each is a part in [0, 1] with a named weight;
 * {@link io.holdfast.placement.score.Scores} is the list of them. To add one is a class here and a line there.
 */
package io.holdfast.placement.score;
