/*
 * empty: what starting and ending any program costs here; no plugin can be faster than this. The
 * Makefile links it as empty_NAME, too, to the libraries that a plugin is linked to: loading those
 * is part of the floor. (With --no-as-needed, or the linker would leave out what nothing calls.)
 */
int main(void)
{
	return 0;
}
