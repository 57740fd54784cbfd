Console.WriteLine("speechqa");
