/**
 * Configuration files of all processes: one YAML file, kebab-case keys, typed values with units ({@code 10s}, {@code
 * 512Mi}); flag over environment over file over default; unknown keys are errors with a suggestion.
 */
package io.holdfast.model.config;
