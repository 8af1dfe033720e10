package io.holdfast.placement.device;

/** The little linear algebra that prices need: square matrices of some dozens of rows. */
final class Matrix {
    private Matrix() {}

    /** Of the matrix with these columns, by Gauss and Jordan with the largest pivot; its rows. */
    static double[][] inverse(double[][] columns) {
        int size = columns.length;
        double[][] rows = new double[size][2 * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                rows[i][j] = columns[j][i];
            }
            rows[i][size + i] = 1;
        }
        for (int pivot = 0; pivot < size; pivot++) {
            eliminate(rows, pivot);
        }
        double[][] inverse = new double[size][size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(rows[i], size, inverse[i], 0, size);
        }
        return inverse;
    }

    private static void eliminate(double[][] rows, int pivot) {
        int largest = pivot;
        for (int i = pivot; i < rows.length; i++) {
            largest = Math.abs(rows[i][pivot]) > Math.abs(rows[largest][pivot]) ? i : largest;
        }
        double[] row = rows[largest];
        rows[largest] = rows[pivot];
        rows[pivot] = row;
        double factor = row[pivot];
        for (int j = 0; j < row.length; j++) {
            row[j] /= factor;
        }
        for (int i = 0; i < rows.length; i++) {
            double times = rows[i][pivot];
            if (i != pivot && times != 0) {
                for (int j = 0; j < row.length; j++) {
                    rows[i][j] -= times * row[j];
                }
            }
        }
    }

    /** A row of numbers times a matrix of rows. */
    static void timesLeft(double[] factors, double[][] rows, double[] products) {
        for (int i = 0; i < products.length; i++) {
            products[i] = 0;
            for (int j = 0; j < factors.length; j++) {
                products[i] += factors[j] * rows[j][i];
            }
        }
    }
}
