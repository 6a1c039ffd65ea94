/*
 * confine: a process gives up what it needs no more, by Landlock (Linux 5.13 and later; quietly
 * absent before). What it reads was written by others: a fault in a parser of ours shall not be
 * their pen.
 */
#ifndef SW_CONFINE_H
#define SW_CONFINE_H

/*
 * From here on, for this process and its children and for good:
 *   CONFINE_WRITE  no file can be written to, cut, made, renamed, linked or removed, and no TCP
 * port used (Linux 6.7). What is open already stays as it is: a state file. CONFINE_EXEC   no
 * program can be run. (Libraries can be loaded.) CONFINE_OPENS  with CONFINE_WRITE, of who will
 * open thousands of files: that none is cut is seen to by seccomp(2), where it can be, for Landlock
 * would look for a rule in each directory above each file that is opened (a third of what an open
 * costs). Neither openat2(2), open_by_handle_at(2) nor io_uring are there any more. It costs 60 us.
 * It also can't gain privileges by a program that it runs (PR_SET_NO_NEW_PRIVS). A second call adds
 * to the first. For a whole program and not for a library.
 */
enum { CONFINE_WRITE = 1, CONFINE_EXEC = 2, CONFINE_OPENS = 4 };
void confine(unsigned what);

#endif
