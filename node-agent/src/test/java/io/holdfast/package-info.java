/** What holds for the whole module: which way its arrows point. */
package io.holdfast;
