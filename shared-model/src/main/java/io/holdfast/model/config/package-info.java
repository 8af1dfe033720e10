/**
 * Configuration of all processes: one YAML file, kebab-case keys, typed values with units ({@code 10s}, {@code 512Mi}); flag
 * over environment over file over default; unknown keys are errors with a suggestion. A process has one record for its
 * configuration with a static factory that asks a {@link io.holdfast.model.config.ConfigReader} for every key: what it asks
 * for is what is known.
 */
package io.holdfast.model.config;
